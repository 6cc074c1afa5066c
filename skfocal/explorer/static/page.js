/** The page: the explorer, with its state in the address. */

import "./focal-explorer.js";
import { decodeState, encodeState } from "./url-state.js";

const DELAY = 150;

const explorer = document.querySelector("focal-explorer");
let timer = 0;

function readAddress() {
  explorer.state = decodeState(location.hash, explorer.defaults);
}

function writeAddress() {
  clearTimeout(timer);
  // Browsers limit how often a page may change its address.
  timer = setTimeout(() => {
    const fragment = encodeState(explorer.state, explorer.defaults);
    const address = location.pathname + location.search;
    history.replaceState(null, "", fragment ? `${address}#${fragment}` : address);
  }, DELAY);
}

readAddress();
window.addEventListener("hashchange", readAddress);
for (const type of ["gammachange", "alphachange", "statechange"]) {
  explorer.addEventListener(type, writeAddress);
}
