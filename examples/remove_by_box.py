"""Remove what is in a box: one call, photo in, photo out."""

from pathlib import Path

from fastseg_edit import Boxes, remove

photo = Path(__file__).parent / "photos" / "otters.jpg"
edited = remove(photo, Boxes.around(160, 55, 408, 166))

print(edited.save("otters-without-toy.jpg", overwrite=True))
print(f"changed outside the mask: {edited.fidelity.mean_change:.4f} levels in the mean (JPEG)")
