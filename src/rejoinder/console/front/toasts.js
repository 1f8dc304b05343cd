// Short words at the edge of the page. They are read out, and stay while one points at them.
const SECONDS = 6;

/** Say something; `kind` is good, bad or note. */
export function toast(text, kind = "note") {
  const place = document.getElementById("toasts");
  const line = document.createElement("p");
  line.className = `toast ${kind}`;
  line.textContent = text;
  place.append(line);
  let left = SECONDS;
  const clock = setInterval(() => {
    if (line.matches(":hover")) return;
    left -= 1;
    if (left <= 0) {
      clearInterval(clock);
      line.remove();
    }
  }, 1000);
}
