// Reads a pasted list or a file: rows of cells, divided by whichever of comma, semicolon and tab divides best.

/** The rows of a text, quotes as CSV has them (RFC 4180). */
export function readList(text) {
  const plain = text.replace(/^\uFEFF/, "");
  return cells(plain, divider(plain));
}

function divider(text) {
  const first = text.split("\n", 20).join("\n");
  const counts = ["\t", ";", ","].map((sign) => [first.split(sign).length, sign]);
  return counts.sort((one, other) => other[0] - one[0])[0][1];
}

function cells(text, sign) {
  const rows = [];
  let row = [], cell = "", quoted = false;
  const endRow = () => {
    row.push(cell.trim());
    if (row.some(Boolean)) rows.push(row);
    row = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (letter === '"' && !cell.trim()) {
      quoted = true;
      cell = "";
    } else if (letter === sign) {
      row.push(cell.trim());
      cell = "";
    } else if (letter === "\n") endRow();
    else if (letter !== "\r") cell += letter;
  }
  if (cell || row.length) endRow();
  return rows;
}

/** A file's text: UTF-8, or what Windows made. */
export async function readFile(file) {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
