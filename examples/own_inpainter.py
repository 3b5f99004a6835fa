"""An inpainter of one's own: any object with these four names will do."""

from pathlib import Path

import numpy as np

from fastseg_edit import Boxes, Edit, load_recipe
from fastseg_edit.ops import draw
from fastseg_edit.photos import open_photo
from fastseg_edit.protocols import Hole


class Mosaic:
    """Paints the hole in squares of the mean colour, as for faces and number plates."""

    native, multiple, context = None, 12, "100%"

    def inpaint(self, hole: Hole, /) -> np.ndarray:
        """Return the window in squares of 12 pixels."""
        height, width = hole.mask.shape
        squares = hole.image.reshape(height // 12, 12, width // 12, 12, 3).mean((1, 3))
        return squares.repeat(12, 0).repeat(12, 1).astype(np.uint8)


photo = open_photo(Path(__file__).parent / "photos" / "wren.jpg")
mosaic = load_recipe("remove", {"inpaint.model": Mosaic()})
edit = mosaic(Edit(photo.rgb, prompt=Boxes.around(332, 204, 690, 585)))
Path("wren-mosaic.png").write_bytes(draw.png(edit.result))
print(edit)
