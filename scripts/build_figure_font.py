"""Make the typeface that figures are laid out with: two weights of Inter as TTF files.

    python -m pip install brotli && python scripts/build_figure_font.py

The page shows a figure's text in Inter, book/_static/fonts/inter.woff2. Matplotlib
has to leave each word the room that it takes there, so lessonlib has the same letters in the two
weights that figures use. The family has its own name, so that an Inter on the machine is not used
instead.
"""

import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "book" / "_static" / "fonts"
TARGET = ROOT / "lessonlib" / "viz" / "fonts"
FAMILY = "Lessonlib Inter"
WEIGHTS = {"Regular": (400, 400), "Bold": (600, 700)}  # drawn, and as Matplotlib is to know it
TIME = 3_786_912_000  # 2024-01-01 in seconds since 1904, so that the bytes are always the same


def instance(style: str, weight: int, known_as: int) -> TTFont:
    """Inter at one weight, named after our family."""
    font = TTFont(SOURCE / "inter.woff2", recalcTimestamp=False)
    font = instantiateVariableFont(font, {"wght": weight})
    font.flavor = None
    font["OS/2"].usWeightClass = known_as
    font["head"].modified = TIME
    names = font["name"]
    for record in list(names.names):
        if record.nameID not in (0, 13, 14):  # keeps copyright and licence
            names.removeNames(nameID=record.nameID)
    full = f"{FAMILY} {style}"
    texts = {1: FAMILY, 2: style, 3: full, 4: full, 6: full.replace(" ", ""), 16: FAMILY, 17: style}
    for place, text in texts.items():
        names.setName(text, place, 3, 1, 0x409)
        names.setName(text, place, 1, 0, 0)
    return font


def main() -> int:
    """Write the files; return the exit status."""
    TARGET.mkdir(exist_ok=True)
    try:
        for style, weights in WEIGHTS.items():
            instance(style, *weights).save(TARGET / f"inter-{style.lower()}.ttf")
    except ImportError as error:
        print(f"{error}: WOFF2 files are read with the package brotli", file=sys.stderr)
        return 1
    shutil.copyfile(SOURCE / "OFL.txt", TARGET / "OFL.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
