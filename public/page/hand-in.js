// On /entregar: what another phone shows as codes is filmed here and handed in by the page's own
// form, as if it were a file. Without a camera, as without a script, nothing of it is there.
//
// It looks for [data-hand-in], which holds the words of `film` of /frames.js, each on a line; in it
// stand a button and the place where data-failed is said when nothing could be read.
import { film } from "/frames.js";

const place = document.querySelector("[data-hand-in]");
const input = document.querySelector('input[type="file"]');
const [act, said] = place.querySelectorAll("button, [role=alert]");
const { handIn: words, failed } = place.dataset;

act.addEventListener("click", async () => {
  said.textContent = "";
  const answer = await film(...words.split("\n")).catch(() => "");
  if (!answer.startsWith("read ")) {
    said.textContent = answer === "cancelled" ? "" : failed;
    return;
  }
  const files = new DataTransfer();
  files.items.add(new File([answer.slice(5)], "huella.json", { type: "application/json" }));
  input.files = files.files;
  input.form.requestSubmit();
});

navigator.mediaDevices?.enumerateDevices().then((devices) => {
  place.hidden = !devices.some(({ kind }) => kind === "videoinput");
});
