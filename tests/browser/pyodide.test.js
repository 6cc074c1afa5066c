/** The package in Pyodide, Python for WebAssembly. Its core has no NumPy, so that nothing is fitted. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import test, { before } from "node:test";
import { loadPyodide } from "pyodide";

let pyodide;

before(async () => {
  pyodide = await loadPyodide();
  const files = readdirSync("skfocal", { recursive: true }).filter((name) => name.endsWith(".py"));
  for (const file of files) {
    pyodide.FS.mkdirTree(dirname(`/package/skfocal/${file}`));
    pyodide.FS.writeFile(`/package/skfocal/${file}`, readFileSync(`skfocal/${file}`, "utf8"));
  }
  pyodide.runPython("import sys; sys.path.insert(0, '/package')");
});

test("every module compiles", () => {
  const compiled = pyodide.runPython(`
    import compileall
    compileall.compile_dir("/package/skfocal", quiet=1)
  `);
  assert.equal(compiled, true);
});

test("the package is imported without its dependencies, and names what is missing", () => {
  const message = pyodide.runPython(`
    import skfocal
    try:
        skfocal.FocalLoss
    except ModuleNotFoundError as error:
        message = str(error)
    message
  `);
  assert.equal(message, "No module named 'numpy'");
});

test("the environment is the one that tests/solver/test_no_threads.py simulates", () => {
  const refusal = pyodide.runPython(`
    import importlib.util, threading
    try:
        threading.Thread(target=int).start()
    except RuntimeError as error:
        refusal = str(error)
    refusal
  `);
  assert.equal(refusal, "can't start new thread");
  const found = pyodide.runPython("importlib.util.find_spec('_multiprocessing') is not None");
  assert.equal(found, false);
});
