import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { STUDENTS, type Student } from '../people/students.ts';

/** Who of those who signed in is a student here. A university finds its own record once and keeps the subject with it. */
type StudentRegister = {
  /** Called at every sign-in, with what userinfo said. */
  note(sub: string, userinfo: Readonly<Record<string, unknown>>): void;
  find(sub: string): Student | undefined;
};

export function openStudentRegister({ file, clientId }: { file: string; clientId: string }): StudentRegister {
  const names = new Map<string, string>(readNames(file));
  const students = STUDENTS[clientId] ?? [];

  return {
    note(sub, { given_name: given, family_name: family }) {
      const name = `${given} ${family}`;
      if (names.get(sub) === name || !students.some((student) => student.name === name)) return;
      names.set(sub, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify([...names]), { mode: 0o600 });
    },
    find(sub) {
      const name = names.get(sub);
      return students.find((student) => student.name === name);
    },
  };
}

function readNames(file: string): [string, string][] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}
