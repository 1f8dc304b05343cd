"""What emoji say, in every language. Emoticons became emoji before (`letters.py`)."""

from __future__ import annotations

_STRONG = 2.5
_PLAIN = 1.5
_SLIGHT = 0.7
_LISTS = {
    _STRONG: "❤😍🥰🤩💯💖💕💗💓💞💝💘💙💚💛💜🧡🖤🤍🤎🏆🥇😻🙌🎉🥳💐🌹",
    _PLAIN: "👍👏😊😀😃😄😁😆🙂😘😎🤗🌟⭐✨👌💪🔥🙏😇☀🌞✅✔🌺🌸🌷🎊🎁🤝😚😙😗😸😺👑💋🥂🍾😋😌✌🤙",
    _SLIGHT: "😂🤣😉😏😅🙃😜😝😛🤪🆗🤓",
    -_SLIGHT: "😐😑😶🤔🙄😬😕🫤😳🥺😮😯😲🤷🤦⚠",
    -_PLAIN: "👎😞😔😟🙁😣😖😫😩😢😥😓😰😨😧😦🤕🤒😷😪😴❌✖⛔🚫💔😿😾🥴😵🥱🚩",
    -_STRONG: "😡😠🤬🤮🤢💩😤👿😈🖕😭😱☠💀🤡🗑😒",
}
EMOJI = {emoji: weight for weight, listed in _LISTS.items() for emoji in listed}
"""Emoji → polarity on the word files' scale."""
