/* Comfort only: every page does its work without this file. Texts come from data attributes. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("ws-js");

  // A form that takes over 300 ms says so; its button keeps its width and comes back.
  const release = (button) => {
    if (!button.dataset.label) return;
    button.innerHTML = button.dataset.label;
    button.removeAttribute("aria-busy");
    button.style.minWidth = "";
    delete button.dataset.label;
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const word = root.dataset.saving;
    if (form.method !== "post" || !button || !word) return;
    if (button.getAttribute("aria-busy")) {
      event.preventDefault(); // the first press is still on its way
      return;
    }
    button.setAttribute("aria-busy", "true");
    setTimeout(() => {
      if (!button.hasAttribute("aria-busy")) return;
      button.dataset.label = button.innerHTML;
      button.style.minWidth = `${button.offsetWidth}px`;
      button.textContent = word;
    }, 300);
    setTimeout(() => {
      release(button);
      button.removeAttribute("aria-busy");
    }, 20000);
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("[aria-busy]").forEach((button) => {
      release(button);
      button.removeAttribute("aria-busy");
    });
  });

  // Toasts leave after ten seconds, unless somebody is reading them; those that stand in the page stay.
  document.querySelectorAll('[data-toast]:not([data-toast="still"])').forEach((toast) => {
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), 10000); };
    const stop = () => clearTimeout(timer);
    toast.addEventListener("mouseenter", stop);
    toast.addEventListener("mouseleave", start);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("focusout", start);
    start();
  });

  document.querySelectorAll("[data-js]").forEach((node) => { node.hidden = false; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-close], [data-print], [data-copy]");
    document.querySelectorAll("details.ws-menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    if (!button) return;
    if ("close" in button.dataset) button.closest("[data-toast]").remove();
    if ("print" in button.dataset) print();
    if (button.dataset.copy) {
      const source = document.getElementById(button.dataset.copy);
      const text = source.value ?? source.innerText;
      navigator.clipboard.writeText(text).then(() => {
        button.textContent = button.dataset.done;
      });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.ws-menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.querySelector("[data-focus]")?.focus();

  // Drop zone: one real file input holds what was dropped, chosen or photographed.
  document.querySelectorAll("[data-drop]").forEach((zone) => {
    const input = zone.querySelector("input[type=file]:not([capture])");
    const camera = zone.querySelector("input[capture]");
    const list = zone.querySelector("[data-files]");
    if (!input || !list) return;
    const limit = Number(zone.dataset.limit);
    let files = [];

    const size = (bytes) => {
      const mega = bytes / 1048576;
      const [number, unit] = mega >= 1 ? [mega, "MB"] : [bytes / 1024, "KB"];
      return `${number.toLocaleString(root.lang, { maximumFractionDigits: 1 })} ${unit}`;
    };
    const show = () => {
      const box = new DataTransfer();
      files.forEach((file) => box.items.add(file));
      input.files = box.files;
      list.replaceChildren(...files.map((file) => {
        const row = document.createElement("li");
        const name = document.createElement("strong");
        const weight = document.createElement("span");
        const drop = document.createElement("button");
        name.textContent = file.name;
        weight.textContent = size(file.size);
        weight.className = "ws-muted";
        drop.type = "button";
        drop.className = "ws-linkbutton";
        drop.textContent = zone.dataset.remove;
        drop.setAttribute("aria-label", `${zone.dataset.remove}: ${file.name}`);
        drop.addEventListener("click", () => {
          files = files.filter((other) => other !== file);
          show();
        });
        row.append(name, weight, drop);
        if (file.size > limit) {
          const note = document.createElement("em");
          note.textContent = zone.dataset.toobig;
          row.append(note);
        }
        return row;
      }));
    };
    const add = (more) => {
      const known = new Set(files.map((file) => `${file.name}:${file.size}`));
      files = [...files, ...[...more].filter((file) => !known.has(`${file.name}:${file.size}`))];
      show();
    };
    input.addEventListener("change", () => add(input.files));
    camera?.addEventListener("change", () => {
      add(camera.files);
      camera.value = ""; // the picture now travels in the main input
    });
    ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    }));
    ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.remove("is-over");
    }));
    zone.addEventListener("drop", (event) => add(event.dataTransfer.files));
  });
})();
