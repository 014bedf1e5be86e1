"""Mail whose lines flow (RFC 3676) is put together as its sender wrote it."""

import pytest

from bot.reading import read

HEADERS = (
    "From: Quay News <desk@quay.example>\nSubject: Berths\nMIME-Version: 1.0\n"
    "Date: Mon, 11 May 2026 07:00:00 +0200\nContent-Type: text/plain; charset=utf-8; format="
)


@pytest.mark.parametrize(
    ("parameters", "text", "body"),
    [
        ("flowed", "The quay has \nnine berths.\n", "The quay has nine berths."),
        (
            "flowed",
            "Why is it shut?\nWe have no \nmoney.\nSo she said.\n",
            "Why is it shut?\n\nWe have no money.\n\nSo she said.",
        ),
        ("flowed", "One \nline.\nAnother.\n\nA paragraph.", "One line.\nAnother.\n\nA paragraph."),
        ("flowed; delsp=yes", "The har \nbour is shut.", "The harbour is shut."),
        ('"Flowed"; DelSp="Yes"', "The harbour  \nis shut.", "The harbour is shut."),
        ("flowed; delsp=yes", "“We will \n sail,” she said.", "“We will sail,” she said."),
        ("flowed; delsp=yes", "港は月曜日に閉 \n鎖された。", "港は月曜日に閉鎖された。"),
        (
            "flowed",
            "> Will it \n> open?\n>\n> Or not?\nIt will \nopen.",
            "> Will it open?\n\n> Or not?\n\nIt will open.",
        ),
        ("flowed", "From the \n From here.\n-- \nSent by a robot \nindeed", "From the From here."),
        ("fixed", "A line \nand another.", "A line\n\nand another."),
        (
            "flowed",
            "A sender who says so breaks his lines at a margin\nand flows nothing at all.",
            "A sender who says so breaks his lines at a margin and flows nothing at all.",
        ),
    ],
)
def test_lines_that_flow(parameters: str, text: str, body: str) -> None:
    """Broken lines are joined, the space of DelSp goes, and quoted lines do not run into others."""
    [article] = read(f"{HEADERS}{parameters}\n\n{text}".encode()).articles
    assert article.body == body
