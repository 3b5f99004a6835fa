"""The stable codes of errors and notices, and what each means."""

from typing import NamedTuple


class Code(NamedTuple):
    """What a stable error code stands for.

    Attributes:
        status: Exit status of the command.
        about: When it is given, in one line.
    """

    status: int
    about: str


CODES = {
    "E_INTERNAL": Code(1, "a defect of fastseg-edit itself"),
    "E_SPEC": Code(2, "an option is unknown, out of range, or missing"),
    "E_RECIPE": Code(2, "a recipe cannot be read or cannot become a pipeline"),
    "E_PIPELINE": Code(2, "the stages do not fit together, or do not fit the edit"),
    "E_NAME": Code(2, "nothing of this kind is registered under the name"),
    "E_DEVICE": Code(2, "the device does not exist on this machine"),
    "E_PATH_ESCAPES": Code(2, "a path leads out of the folders that were given"),
    "E_POINT_RANGE": Code(2, "a click lies outside the photo or is not a number"),
    "E_BOX_EMPTY": Code(2, "a box has no area, is reversed, or lies outside the photo"),
    "E_NO_POSITIVE": Code(2, "every click says what the object is not"),
    "E_TEXT_EMPTY": Code(2, "a text prompt or caption is blank or unreadable"),
    "E_MASK_SIZE": Code(2, "a mask has another size than the photo"),
    "E_MASK_EMPTY": Code(2, "a ready mask selects no pixel"),
    "E_MASK_ALPHA": Code(2, "a mask file is blank, but its alpha channel is not"),
    "E_MASK_COVERAGE": Code(2, "the mask covers more of the photo than is allowed"),
    "E_OUTPUT_IS_INPUT": Code(2, "the output would overwrite a file that is read"),
    "E_OUTPUT_EXISTS": Code(2, "the output is there already"),
    "E_INPUT_MISSING": Code(5, "a file that should be read does not exist"),
    "E_INPUT_CHANGED": Code(5, "a file is not the one that it was when it was written down"),
    "E_INPUT_FORMAT": Code(5, "a file is not a photo in a format that is read"),
    "E_INPUT_EMPTY": Code(5, "a file has no bytes"),
    "E_INPUT_TRUNCATED": Code(5, "a photo is cut off or damaged"),
    "E_INPUT_IS_DIR": Code(5, "a folder was given where a photo is wanted"),
    "E_INPUT_ACCESS": Code(5, "a file may not be read"),
    "E_TOO_MANY_PIXELS": Code(5, "a photo has more pixels than is allowed"),
    "E_TOO_MANY_BYTES": Code(5, "a file has more bytes than is allowed"),
    "E_ENCODE": Code(5, "a photo cannot be written in the format that is wanted"),
    "E_TOO_SMALL": Code(5, "a photo has a side below 8 pixels"),
    "E_MULTI_FRAME": Code(5, "a file holds several pictures"),
    "E_MODEL_MISSING": Code(6, "a library or the weights of a model are not on this machine"),
    "E_MODEL_FAMILY": Code(6, "what is added to a model was made for another family of models"),
    "E_MODEL_HASH": Code(6, "a file of weights is not the one that was published"),
    "E_DOWNLOAD": Code(6, "a download failed, or was cut and can go on"),
    "E_MODEL_OUTPUT": Code(6, "a model returned something that is not a photo or a mask"),
    "E_GATE": Code(7, "a mask is not as the gates of a batch want it"),
    "E_NO_OBJECT": Code(7, "nothing in the photo answers the prompt"),
    "E_TIMEOUT": Code(8, "an item took longer than the limit"),
    "E_WORKER": Code(8, "the process that did an item died"),
    "E_MEMORY": Code(8, "memory ran out, after every fallback"),
    "E_CANCELLED": Code(130, "whoever watched the edit wanted it to end; nothing was written"),
    "E_OUTPUT_COLLISION": Code(2, "two items would write one file"),
    "E_BUSY": Code(2, "another run writes into the folder"),
    "E_JOURNAL": Code(9, "the journal of a batch is damaged"),
    "E_OUTPUT_SPACE": Code(9, "there is not enough room for the results"),
    "E_OUTPUT_WRITE": Code(9, "the output cannot be written"),
    "E_GUARANTEE": Code(1, "a pixel outside the mask would have changed; nothing was written"),
}
"""Every code, for `fastseg-edit schema --errors`."""


NOTICES = {
    "W_COMPRESSION": "the output is compressed in another way, without loss",
    "W_CONVERTED": "the output has other colours than the photo could hold",
    "W_DOUBTFUL": "a mask or a result has faults, and is the best there was",
    "W_DRAWN_ONLY": "the model used knows drawn scenes only, and not photos",
    "W_FALLBACK": "what was asked first found nothing, and something else did",
    "W_GATE": "a mask is not as the gates of a batch want it, and the photo was copied",
    "W_FEWER": "words ask for more objects than were found",
    "W_MEMORY": "memory ran out, and the model goes on with less",
    "W_METADATA_DROPPED": "something that came with the photo could not be kept",
    "W_MODEL": "what a model has to say of itself",
    "W_NO_OBJECT": "one part of several that were asked for is not there",
    "W_PRECISION": "half precision gave no picture, and single precision did",
    "W_REPLAY": "an edit was repeated under other conditions than it was made",
    "W_TEXT_TRUNCATED": "words are more than the model reads; the last ones play no part",
}
"""Every code of a notice, for `fastseg-edit schema --errors`. The edit goes on."""
