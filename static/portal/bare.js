/* Pages without the frame (sign-in, errors). */
import "./theme.js";
import "./forms.js";
