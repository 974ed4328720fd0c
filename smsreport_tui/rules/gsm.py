"""The characters of GSM 03.38 (3GPP TS 23.038, 6.2.1), the only ones that fit a part of 160."""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039eÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""One septet each, in the order of the table; its escape (0x1B) is no character."""

EXTENSION = "\f^{}\\[~]|€"
"""Two septets each: an escape and a character of the second table."""

SEPTETS: dict[str, int] = dict.fromkeys(BASIC, 1) | dict.fromkeys(EXTENSION, 2)
