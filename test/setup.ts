// Runs before each test file, also where several share a process and what they import.
import { afterAll } from 'vitest';
import '../src/tui/webassembly.ts';
import { removeTemporary } from './temporary.ts';

afterAll(removeTemporary);
