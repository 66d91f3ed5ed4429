// The editor of a program, made of Prism Code Editor, a library that the site serves beside this.
// `run.js` loads it with the first click on Edit.
import { createEditor } from "./prism-code-editor/index.js";
import { defaultCommands } from "./prism-code-editor/extensions/commands/index.js";
import "./prism-code-editor/prism/languages/python.js";
import "./prism-code-editor/languages/python.js";

/**
 * Put an editor in the place of code. `told` says its label, and what to do when the text was
 * changed, is to be run, or is left. Gives nothing if the code has an editor already.
 */
export function open(code, original, text, told) {
  if (code.hidden || !code.isConnected) return undefined;
  const options = { language: "python", value: original, tabSize: 4, lineNumbers: false };
  const editor = createEditor(null, options, defaultCommands());
  const { container, textarea } = editor;
  textarea.ariaLabel = told.label;
  code.after(container);
  code.hidden = true;
  const set = (value) => {
    textarea.focus();
    textarea.select();
    document.execCommand("insertText", false, value); // so that it can be undone
  };
  if (text !== undefined) editor.setOptions({ value: text });
  editor.on("update", told.changed);
  editor.keyCommandMap.Escape = () => (told.leave(), true);
  textarea.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // to the library it is a new line
    told.run();
  }, { capture: true });
  return {
    set,
    text: () => editor.value,
    focus: () => textarea.focus(),
    line: (index) => {
      const range = document.createRange();
      range.selectNodeContents(editor.lines[index + 1]);
      return range;
    },
  };
}
