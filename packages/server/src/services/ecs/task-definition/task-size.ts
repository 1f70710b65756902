/** Task sizes in ECS's notations: `256`, `.25 vCPU`, `1 GB`, as integers. */

const vcpuForm = /^(\d{0,4}(?:\.\d{1,3})?) ?vcpu$/i;
const gigabytesForm = /^(\d{0,5}(?:\.\d{1,3})?) ?gb$/i;
const integerForm = /^\d{1,9}$/;

/** CPU units, 1024 a vCPU; undefined when the text is none. */
export function readCpu(text: string): number | undefined {
  return readSize(text.trim(), vcpuForm);
}

/** MiB; undefined when the text is none. */
export function readMemory(text: string): number | undefined {
  return readSize(text.trim(), gigabytesForm);
}

function readSize(text: string, form: RegExp): number | undefined {
  if (integerForm.test(text)) return Number(text);
  const [, digits = ''] = form.exec(text) ?? [];
  if (digits === '' || digits === '.') return undefined;
  const units = Number(digits) * 1024;
  return Number.isInteger(units) ? units : undefined;
}
