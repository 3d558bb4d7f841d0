/* Keys that a browser keeps for itself, and text typed key by key on a US keyboard. */
const SHIFT = [0xffe1, "ShiftLeft"];
const CONTROL = [0xffe3, "ControlLeft"];
const ALT = [0xffe9, "AltLeft"];
const BETWEEN_KEYS_MS = 16;

const functionKey = (number) => [0xffbd + number, `F${number}`];

export const COMBINATIONS = [
  ["Esc", [[0xff1b, "Escape"]]],
  ["Tab", [[0xff09, "Tab"]]],
  ["Ctrl-C", [CONTROL, [0x63, "KeyC"]]],
  ["Ctrl-D", [CONTROL, [0x64, "KeyD"]]],
  ["Ctrl-W", [CONTROL, [0x77, "KeyW"]]],
  ["Alt-Tab", [ALT, [0xff09, "Tab"]]],
  ["Alt-F4", [ALT, functionKey(4)]],
  ["Windows", [[0xffeb, "MetaLeft"]]],
  ["Print", [[0xff61, "PrintScreen"]]],
  ["F11", [functionKey(11)]],
  ...[1, 2, 3, 4, 5, 6].map((number) => [`Ctrl-Alt-F${number}`, [CONTROL, ALT, functionKey(number)]]),
];

const PLAIN = "`1234567890-=[]\\;',./ ";
const SHIFTED = "~!@#$%^&*()_+{}|:\"<>?";
const CODES = [
  "Backquote", ..."1234567890".split("").map((digit) => `Digit${digit}`), "Minus", "Equal", "BracketLeft",
  "BracketRight", "Backslash", "Semicolon", "Quote", "Comma", "Period", "Slash", "Space",
];

function keyOf(character) {
  if (character === "\n") return { key: [0xff0d, "Enter"] };
  if (character === "\t") return { key: [0xff09, "Tab"] };
  const keysym = character.charCodeAt(0);
  if (/^[a-z]$/i.test(character)) {
    return { key: [keysym, `Key${character.toUpperCase()}`], shift: character !== character.toLowerCase() };
  }
  const plain = PLAIN.indexOf(character);
  const shifted = SHIFTED.indexOf(character);
  if (plain < 0 && shifted < 0) return null;
  return { key: [keysym, CODES[plain < 0 ? shifted : plain]], shift: plain < 0 };
}

const normal = (text) => [...text.replace(/\r\n?/g, "\n")];

/* The characters of a text that no key of a US keyboard makes. */
export const untypable = (text) => [...new Set(normal(text).filter((character) => !keyOf(character)))];

export function press(rfb, keys) {
  for (const [keysym, code] of keys) rfb.sendKey(keysym, code, true);
  for (const [keysym, code] of [...keys].reverse()) rfb.sendKey(keysym, code, false);
}

/* Slowly enough for a machine that reads its keyboard one key at a time. */
export async function typeText(rfb, text, goesOn) {
  for (const found of normal(text).map(keyOf).filter(Boolean)) {
    if (!goesOn()) return;
    press(rfb, found.shift ? [SHIFT, found.key] : [found.key]);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_KEYS_MS));
  }
}
