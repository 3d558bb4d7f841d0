/* Starts every module of a page. Each one looks for its own marks in the page and stays silent without them. */
import "./theme.js";
import "./time.js";
import "./dialogs.js";
import "./toasts.js";
import "./palette.js";
import "./keys.js";
import "./select.js";
import "./drawer.js";
import "./rows.js";
import "./forms.js";
import "./asked.js";
import "./chooser.js";
import "./tabs.js";
import "./focus.js";
import { connect } from "./live.js";

connect();
