"""Cut the math font down to the characters that the site may use.

    python scripts/subset_font.py path/to/latinmodern-math.otf

writes docs/assets/fonts/lm-math.woff2 and, beside it, lm-math.txt with the code points that are
really in it, one `U+XXXX` per line: a formula with any other character would fall back to another
font. The measures of the italic letters, by which figures put a bar over them, go to
scripts/zettelkasten/figures/letters.txt. Needs fonttools and brotli, which the site itself does not
need. The same input and the same versions of the two give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

try:
    import brotli  # noqa: F401  (fonttools needs it for woff2 and says so only at the end)
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.subset import Options, Subsetter, load_font, save_font
    from fontTools.ttLib import TTFont
except ImportError as error:
    sys.exit(f"{error}. Run: python -m pip install fonttools brotli")

FONTS = Path(__file__).resolve().parent.parent / "docs" / "assets" / "fonts"
MEASURES = Path(__file__).resolve().parent / "zettelkasten" / "figures" / "letters.txt"

# Ranges (first, last) and loose characters. Letters first: browsers turn <mi>x</mi> into the
# mathematical italic code point, so the italic alphabets are as necessary as ASCII.
RANGES = [
    (0x0020, 0x007E),  # ASCII
    (0x0391, 0x03A9),  # Greek capitals, upright
    (0x1D434, 0x1D467),  # italic
    (0x1D6E2, 0x1D71B),  # Greek, italic
]
LETTERS = (
    "αβγδεζηθικλμνξορςστυφχψω"  # text that is not italic, and what screen readers are given
    "ℎıȷ𝚤𝚥ℓϑϕϵ𝖳"  # h has its own italic code point; dotless forms go under accents
    "𝔼ℕℝ𝟙"  # blackboard bold
    "ℒ𝒩𝒪"  # calligraphic
    "𝟎𝟏"  # bold: columns of zeros and ones
)
SIGNS = "\u00a0¬±·×÷°§∀∂∃∅∇∈∉∏∑−∓∖∗∘√∝∞∣∥∩∪∫∼≈≔≠≡≤≥≪≫≺≻⊂⊆⊕⊗⊙⊤⊥⋃⋅⋆⋮⋯⋱…⨀←→↦⇒⟶⟹‖⌈⌉⌊⌋⟨⟩⏞⏟‘’“”–—′″‴"
# Accents, as letters of their own and combining: which one is used is for the converter to say.
ACCENTS = "¨¯ˆˇ˙˜" + "".join(
    map(chr, (0x302, 0x303, 0x304, 0x305, 0x307, 0x308, 0x30C, 0x338, 0x20D7))
)
# Not visible, but written by math-core: spaces, and signs for what is applied or multiplied.
INVISIBLE = "\u2002\u2003\u2004\u2005\u2006\u2009\u200a\u200b\u2061\u2062\u2063\u2064"
# Characters that keep the wider forms meant for the size of an index ("ssty"). All others scale.
SCRIPTS = [*RANGES[2:4], (0x2B, 0x2D), (0x30, 0x39), (0x3C, 0x3E), (0x2032, 0x2034)]


def wanted() -> Iterator[int]:
    """The code points that the site may use."""
    for first, last in RANGES:
        yield from range(first, last + 1)
    yield from map(ord, LETTERS + SIGNS + ACCENTS + INVISIBLE)


def adapt(font: TTFont) -> None:
    """Thin out "ssty", and offer it to text in any script.

    The font files it under the script "math", which Chromium never asks for, so that a style sheet
    could not choose the large prime that TeX uses as a superscript.
    """
    table, cmap = font["GSUB"].table, font.getBestCmap()
    keep = {cmap.get(point) for first, last in SCRIPTS for point in range(first, last + 1)}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "ssty":
            for index in record.Feature.LookupListIndex:
                for forms in table.LookupList.Lookup[index].SubTable:
                    # The forms for an index of an index would add a fifth to the size of the file.
                    forms.alternates = {
                        glyph: [others[0]] * 2
                        for glyph, others in forms.alternates.items()
                        if glyph in keep
                    }
    (script,) = table.ScriptList.ScriptRecord
    default = deepcopy(script)
    default.ScriptTag = "DFLT"
    table.ScriptList.ScriptRecord = [default, script]
    # The licence asks for a new name where the font has been changed.
    for record in font["name"].names:
        if record.nameID in {1, 3, 4, 6}:
            record.string = "AdjointLatinModernMath-Subset"


def measures(font: TTFont) -> Iterator[str]:
    """A line for each italic letter and the macron: it, its width, its height, where a bar sits.

    In thousandths of the size; the bar by its middle, from the left.
    """
    table = font["MATH"].table.MathGlyphInfo.MathTopAccentAttachment
    values = [record.Value for record in table.TopAccentAttachment]
    middles = dict(zip(table.TopAccentCoverage.glyphs, values, strict=True))
    cmap, glyphs = font.getBestCmap(), font.getGlyphSet()
    italic = [point for first, last in RANGES[2:] for point in range(first, last + 1)]
    for point in [ord("¯"), ord("ℎ"), *italic]:
        if (glyph := cmap.get(point)) in middles:
            bounds = BoundsPen(glyphs)
            glyphs[glyph].draw(bounds)
            yield f"{chr(point)} {glyphs[glyph].width} {bounds.bounds[3]:.0f} {middles[glyph]}\n"


def subset(source: Path) -> tuple[Path, Path]:
    """Write the font and the list of its code points; return their paths."""
    options = Options()
    options.flavor = "woff2"
    # Other forms of a glyph: for the size of an index, without its dot.
    options.layout_features = ["ssty", "dtls"]
    options.desubroutinize = True  # costs nothing after brotli
    options.hinting = False  # formulas are drawn large or on dense screens
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # names, copyright and licence stay inside
    font = load_font(str(source), options)
    MEASURES.write_text("".join(measures(font)), encoding="utf-8")
    adapt(font)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=set(wanted()))
    subsetter.subset(font)
    FONTS.mkdir(parents=True, exist_ok=True)
    woff2, listing = FONTS / "lm-math.woff2", FONTS / "lm-math.txt"
    save_font(font, str(woff2), options)
    points = set(font.getBestCmap())
    listing.write_text("".join(f"U+{point:04X}\n" for point in sorted(points)), encoding="ascii")
    return woff2, listing


def main() -> None:
    """Read the command line and write both files."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    source = Path(sys.argv[1])
    if not source.is_file():
        sys.exit(f"No such font: {source}")
    woff2, listing = subset(source)
    present = {int(line.removeprefix("U+"), 16) for line in listing.read_text().split()}
    print(f"{woff2}: {woff2.stat().st_size} bytes, {len(present)} code points")
    if missing := sorted(set(wanted()) - present):
        print("not in the font:", *(f"U+{point:04X}" for point in missing))


if __name__ == "__main__":
    main()
