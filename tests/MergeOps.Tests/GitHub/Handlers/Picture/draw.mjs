// Draws Data/GitHub/comment.md as .github/comment.png in headless Chromium with GitHub's own style sheet: npm install && npm run draw
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { marked } from 'marked';

const tests = resolve(import.meta.dirname, '../../..');
const style = readFileSync(createRequire(import.meta.url).resolve('github-markdown-css/github-markdown-light.css'), 'utf8');
const comment = marked.parse(readFileSync(join(tests, 'Data/GitHub/comment.md'), 'utf8'), { gfm: true });
const folder = mkdtempSync(join(tmpdir(), 'mergeops-picture-'));
writeFileSync(join(folder, 'comment.html'), `<!doctype html><meta charset="utf-8"><style>${style}
body { margin: 0; padding: 16px; background: #fff; font-family: sans-serif; }
.comment { border: 1px solid #d1d9e0; border-radius: 6px; }
.author { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; font: 14px sans-serif; color: #59636e; }
.author b { color: #1f2328; }
.markdown-body { padding: 16px; font-size: 14px; }</style>
<div class="comment"><div class="author"><b>github-actions</b> bot commented</div><article class="markdown-body">${comment}</article></div>`);
execFileSync('chromium', [
  '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic',
  `--user-data-dir=${join(folder, 'profile')}`, `--window-size=1000,${process.env.HEIGHT ?? 340}`, '--force-device-scale-factor=1.5',
  `--screenshot=${join(tests, '../../.github/comment.png')}`, join(folder, 'comment.html'),
], { stdio: 'inherit' });
