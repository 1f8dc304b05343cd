// Files go to the server at once; an answer holds only what it calls them.
import { say, tell } from "./page.js";

/** Whether a file is of a kind that `accept` lists: `.pdf, image/*, text/plain`. */
function accepted(file, accept) {
  const kinds = accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  const name = file.name.toLowerCase();
  return (
    kinds.length === 0 ||
    kinds.some((kind) => {
      if (kind.startsWith(".")) return name.endsWith(kind);
      return kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind;
    })
  );
}

/** Where a question's files go. */
function address(data, question, survey) {
  const query = new URLSearchParams({ question: question.name, lang: survey.locale || data.languages[0] });
  if (data.token) query.set("token", data.token);
  return `${data.api}/files?${query}`;
}

/** Send one file; gives what the server calls it. Throws an Error with a sentence for people. */
function upload(to, file, progress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", to);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(Math.round((loaded / total) * 100)));
    request.addEventListener("load", () => {
      if (request.status === 201 || request.status === 200) resolve(request.response);
      else if (request.status === 413) reject(new Error(say("file_size", file)));
      else reject(new Error(request.response?.message ?? say("file_failed", { name: file.name })));
    });
    request.addEventListener("error", () => reject(new Error(say("file_failed", { name: file.name }))));
    request.send(form);
  });
}

/** The bar under a question while its files travel. */
function meter(question) {
  const box = document.getElementById(question.id)?.querySelector(".sd-file") ?? null;
  const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0, className: "upload" });
  box?.append(bar);
  return bar;
}

/** Have the survey's file questions send their files to the server. */
export function takeFiles(survey, data) {
  const local = new Map();
  survey.onUploadFiles.add(async (_, { question, files, callback }) => {
    const bar = meter(question);
    const taken = [];
    const errors = [];
    for (const file of files) {
      const progress = (percent) => {
        bar.value = percent;
        bar.setAttribute("aria-label", say("uploading", { name: file.name, percent }));
      };
      progress(0);
      tell(bar.getAttribute("aria-label"));
      try {
        if (!accepted(file, question.acceptedTypes ?? "")) {
          throw new Error(say("file_kind", { name: file.name, kinds: question.acceptedTypes }));
        }
        const { content } = await upload(address(data, question, survey), file, progress);
        local.set(content, file);
        taken.push({ file, content });
      } catch (error) {
        errors.push(error.message);
      }
    }
    bar.remove();
    if (errors.length) callback(taken, errors);
    else callback(taken);
  });
  survey.onDownloadFile.add((_, { content, callback }) => {
    const file = local.get(content);
    if (!file || !file.type.startsWith("image/")) {
      callback("success", "");
      return;
    }
    const reader = new FileReader();
    reader.onload = () => callback("success", reader.result);
    reader.readAsDataURL(file);
  });
}
