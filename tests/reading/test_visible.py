"""The text of HTML and of wires' XML is what a reader of it sees."""

import pytest

from bot.reading import read
from bot.reading.markup import html_text, text_or_html
from bot.reading.wire_text import plain_or_html


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("<p>10<sup>6</sup> t, 10<sup>-6</sup>, 2<sup>n</sup></p>", "10⁶ t, 10⁻⁶, 2ⁿ"),
        ("<p>9<sup>10,5</sup> and 4<sub>a1</sub></p>", "9^10,5 and 4_a1"),
        ("<p>CO<sub>2</sub> on 4 km<sup>2</sup></p>", "CO₂ on 4 km²"),
        ("<p>1<sup>1</sup>/<sub>2</sub> h</p>", "1¹/₂ h"),
        ("<p>5<sup>th</sup> May, 1<sup>er</sup> mai, M<sup>me</sup></p>", "5th May, 1er mai, Mme"),
        ("<p>He said.<sup>1</sup> “No.”<sup>2, 3</sup></p>", "He said. “No.”"),
        ('<p>He said<sup><a href="#n1">[1]</a></sup> so.</p>', "He said so."),
        ('<p>So.<a class="mark" href="#note-4">4</a></p>', "So."),
        ('<p>See <a href="#map">the map</a>, <a href="/2">2</a>.</p>', "See the map, 2."),
        (
            ("<p>As <math><msup><mn>10</mn><mn>6</mn></msup> <mo>=</mo> <mi>x</mi>"
            "<annotation>10^6</annotation></math> and <math><mfrac><mn>1</mn><mn>4</mn></mfrac>"
            "</math></p>"),
            "As 10⁶=x and 1/4",
        ),
        ("<p><q>No <q>new</q> berth</q>, she said.</p>", "“No ‘new’ berth”, she said."),
        ('<p>"<q>No</q>" and <q>«Non»</q></p>', '"No" and «Non»'),
        ("<p>We will <del>never</del> <ins>soon</ins> <s>all</s> sail.</p>", "We will soon sail."),
        ('<p>A <span style="text-decoration:line-through">b</span>c</p>', "A c"),
        ('<p>A <span class="text strikethrough">b</span>c</p>', "A c"),
        ('<p>A <b style="position:absolute; left:-9999px">b</b>c</p>', "A c"),
        ('<p style="margin-left:-9999px">A</p>', "A"),
        ("<p>It is 32<sup>[1]</sup> m</p>", "It is 32 m"),
        ("<p><math><msqrt><mn>2</mn></msqrt></math> m</p>", "√2 m"),
        (
            "<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math> m",
            "(a+b)/2 m",
        ),
        ('<p>A <b hidden>b</b><i style="font-size:0">c</i><u class="sr-only">d</u>e</p>', "A e"),
        ('<p>A <i style="font-size:0.9em">c</i> <dialog>d</dialog> e</p>', "A c e"),
        ("<p>At <time>noon</time>, <output>9</output> <data>of 9</data></p>", "At noon, 9 of 9"),
        ("<p><ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>は</p>", "港は"),
        (
            "<figure><blockquote>“No.”</blockquote><figcaption>Orr</figcaption></figure>",
            "“No.”\n\nOrr",
        ),
        ("<figure><img><figcaption>The quay</figcaption></figure><p>A</p>", "A"),
        ("<figure><img><blockquote>No.</blockquote><figcaption>Quay</figcaption></figure>", "No."),
        ("<figure><table><tr><td>Orr</td><td>“No.”</td></tr></table></figure>", "Orr “No.”"),
        (
            ("<pre>  The quay has nine berths at least, and its master said\nthat it opens.\n"
            "  Boats wait outside of it for a berth, and nobody told us\nwhen.</pre><p>So.</p>"),
            ("The quay has nine berths at least, and its master said that it opens.\n\n"
            "Boats wait outside of it for a berth, and nobody told us when.\n\nSo."),
        ),
        ("<p>We &lt;b&gt;said&lt;/b&gt; it&lt;br /&gt;twice.</p>", "We said it\ntwice."),
        ("<p>Its &lt;blink&gt; tag, 5 &lt; 6 &amp;amp; so</p>", "Its <blink> tag, 5 < 6 & so"),
        ("<p><code>&lt;b&gt;x&lt;/b&gt;</code> is code</p>", "<b>x</b> is code"),
        ('<div class="subscription-widget">Join us</div><p>A</p>', "A"),
    ],
)  # fmt: skip
def test_the_text_of_html_is_what_its_reader_sees(fragment: str, text: str) -> None:
    """No word is lost, added, or joined to another; struck and hidden words are none."""
    assert html_text(fragment) == text


@pytest.mark.parametrize(
    ("text", "read_text"),
    [
        ("What the <blink> tag did", "What the <blink> tag did"),
        ("Quay &#8216;opens&#8217; &amp; shuts", "Quay ‘opens’ & shuts"),
        ("The <em>quay</em> opens", "The quay opens"),
        ("5 < 6", "5 < 6"),
    ],
)
def test_plain_text_is_read_as_it_stands(text: str, read_text: str) -> None:
    """A sign in plain text stays; markup and entities that do not belong there go."""
    assert text_or_html(text) == read_text


def test_xml_with_names_of_its_own() -> None:
    """Elements that a wire invents part words, but not within a line; its pictures are no text."""
    text = (
        '<?xml version="1.0"?><RADIO><PLATS><ORT>Quay</ORT><TID>noon</TID></PLATS>'
        "<P>We <KURS>will</KURS> sail.</P><SAGT>Now.</SAGT><SAGT>Or never.</SAGT>"
        "<BILD><FIL>https://quay.example/1.jpg</FIL></BILD>"
        "<KOD>https://quay.example/1</KOD></RADIO>"
    )
    assert plain_or_html(text) == "Quay\n\nnoon\n\nWe will sail.\n\nNow.\n\nOr never."


def test_nitf_as_text_is_read_as_nitf() -> None:
    """Of NITF inside another format, only the body's content is the text."""
    text = (
        "<nitf><head><title>Quay</title></head><body><body.head><hedline><hl1>Quay</hl1></hedline>"
        "</body.head><body.content><p>It opens.</p><p>So she said.</p></body.content></body></nitf>"
    )
    assert plain_or_html(text) == "It opens.\n\nSo she said."


def test_entities_of_a_doctype_are_words() -> None:
    """What a document declares stands in its text; what it does not declare stays visible."""
    nitf = (
        b'<!DOCTYPE nitf SYSTEM "x.dtd" [<!-- <!ENTITY orr "No"> --><!ENTITY orr "Ann Orr">]>'
        b"<nitf><body><body.content><p>&orr; told the &board; &hellip;</p></body.content></body>"
        b"</nitf>"
    )
    assert read(nitf).articles[0].body == "Ann Orr told the &board; …"
