"""Whatever colour somebody chooses, what is written in it or on it can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branding.contrast import AA_TEXT, BLACK, WHITE, mixed, normalized, ratio, readable_on, text_on
from branding.css import DARK_GROUNDS, LIGHT_GROUNDS, TINT, Colours, colours_of, style_sheet, variables

colours = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda number: f"#{number:06x}")
SIDES = [(LIGHT_GROUNDS, BLACK), (DARK_GROUNDS, WHITE)]


@given(colours)
def test_the_derived_text_colour_can_be_read_on_any_colour(ground):
    assert ratio(readable_on(ground), ground) >= AA_TEXT


@given(colours, st.sampled_from(SIDES))
def test_words_in_the_accents_shade_can_be_read_on_every_ground_of_the_portal(accent, side):
    grounds, towards = side

    values = variables(accent, readable_on(accent), grounds, towards=towards)

    for name in ("--tblr-link-color", "--tblr-link-hover-color"):
        shade = values[name]
        tinted = [mixed(ground, values["--tblr-primary"], TINT) for ground in grounds]
        assert min(ratio(shade, ground) for ground in (*grounds, *tinted)) >= AA_TEXT
    assert ratio(values["--tblr-primary-fg"], values["--tblr-primary"]) >= AA_TEXT


@given(colours, colours, st.sampled_from(SIDES))
def test_hovering_a_button_never_makes_it_harder_to_read(accent, text, side):
    values = variables(accent, text, side[0], towards=side[1])

    assert ratio(text, values["--atrium-accent-hover"]) >= ratio(text, accent) - 0.01


@given(colours, colours)
def test_contrast_is_the_same_both_ways_and_within_its_bounds(one, other):
    assert ratio(one, other) == ratio(other, one)
    assert 1 <= ratio(one, other) <= 21.01


@given(colours, colours)
def test_a_pair_is_refused_exactly_when_it_is_below_the_level_and_the_remedy_holds(text, ground):
    verdict = text_on(ground, text)

    assert bool(verdict) == (ratio(text, ground) >= AA_TEXT)
    if not verdict:
        assert readable_on(ground) in verdict.reason.remedy
        assert float(verdict.reason.numbers["ratio"]) < AA_TEXT


@pytest.mark.parametrize(
    ("text", "ground", "expected"),
    [(BLACK, WHITE, 21.0), (WHITE, WHITE, 1.0), ("#777777", WHITE, 4.48), ("#0000ff", WHITE, 8.59)],
)
def test_contrast_is_that_of_the_published_examples(text, ground, expected):
    assert ratio(text, ground) == pytest.approx(expected, abs=0.01)


@given(st.tuples(colours, colours, colours, colours))
def test_the_address_of_a_style_sheet_gives_the_colours_back(four):
    chosen = Colours(*four)

    assert Colours.at(chosen.address) == chosen
    assert style_sheet(Colours.at(chosen.address)) == style_sheet(chosen)


@pytest.mark.parametrize(
    "address", ["", "1-2f5bd7", "2-2f5bd7-ffffff-2f5bd7-ffffff", "1-2f5bd7-ffffff-2f5bd7-fffff}"]
)
def test_an_address_that_holds_no_colours_is_none(address):
    assert Colours.at(address) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("#2F5BD7", "#2f5bd7"),
        ("2f5bd7", "#2f5bd7"),
        (" #25d ", "#2255dd"),
        ("red", None),
        ("", None),
        ("#12345", None),
        ("#2f5bd7;}", None),
        ("\u0662\u0662\u0662", None),
    ],
)
def test_colours_are_read_in_every_usual_way_and_in_no_other(written, meant):
    assert normalized(written) == meant


def test_text_colours_left_empty_are_derived():
    derived = colours_of("#ffff00", "", "#000080", "")

    assert (derived.text_light, derived.text_dark) == (BLACK, WHITE)
