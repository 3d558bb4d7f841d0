/* A console in a window of its own: theme and live state, without the portal's shortcuts. */
import "../portal/theme.js";
import "../portal/rows.js";
import { connect } from "../portal/live.js";

connect();
