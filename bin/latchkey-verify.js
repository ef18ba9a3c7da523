#!/usr/bin/env node
import '../dist/cli/latchkey-verify.js';
