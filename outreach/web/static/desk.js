// Only what is nicer live; every act works without it.
"use strict";
