import { Thrift, type TProtocol } from "thrift";

/** How a type is written and read. */
export interface Wire<T> {
  readonly type: Thrift.Type;
  write(to: TProtocol, value: T): void;
  read(from: TProtocol): T;
}

export const bytes: Wire<Buffer> = {
  type: Thrift.Type.STRING,
  write: (to, value) => to.writeBinary(value),
  read: (from) => from.readBinary(),
};

/** `string`, or `binary` that is known to be UTF-8. */
export const text: Wire<string> = {
  type: Thrift.Type.STRING,
  write: (to, value) => to.writeString(value),
  read: (from) => from.readBinary().toString("utf8"),
};

export const bool: Wire<boolean> = {
  type: Thrift.Type.BOOL,
  write: (to, value) => to.writeBool(value),
  read: (from) => from.readBool(),
};

export const i32: Wire<number> = {
  type: Thrift.Type.I32,
  write: (to, value) => to.writeI32(value),
  read: (from) => from.readI32(),
};

/** Exact up to 2^53. */
export const i64: Wire<number> = {
  type: Thrift.Type.I64,
  write: (to, value) => to.writeI64(value),
  read: (from) => Number(from.readI64()),
};

export function listOf<T>(item: Wire<T>): Wire<readonly T[]> {
  return {
    type: Thrift.Type.LIST,
    write(to, values) {
      to.writeListBegin(item.type, values.length);
      for (const value of values) item.write(to, value);
      to.writeListEnd();
    },
    read(from) {
      const { etype, size } = from.readListBegin();
      if (size > 0) refuseType("list items", etype, item);
      return Array.from({ length: size }, () => item.read(from));
    },
  };
}

export function mapOf<T>(item: Wire<T>): Wire<ReadonlyMap<string, T>> {
  return {
    type: Thrift.Type.MAP,
    write(to, values) {
      to.writeMapBegin(text.type, item.type, values.size);
      for (const [key, value] of values) {
        text.write(to, key);
        item.write(to, value);
      }
      to.writeMapEnd();
    },
    read(from) {
      const { ktype, vtype, size } = from.readMapBegin();
      if (size > 0) {
        refuseType("map keys", ktype, text);
        refuseType("map values", vtype, item);
      }
      return new Map(Array.from({ length: size }, () => [text.read(from), item.read(from)] as const));
    },
  };
}

/** Fields by their names here; on the wire they only have numbers. */
type Fields = Readonly<Record<string, readonly [number: number, wire: Wire<unknown>]>>;

/** Every field may be missing, as Thrift has it. */
export type StructOf<F extends Fields> = {
  readonly [K in keyof F]?: (F[K][1] extends Wire<infer T> ? T : never) | undefined;
};

export function structOf<F extends Fields>(fields: F): Wire<StructOf<F>> {
  const names = new Map(Object.entries(fields).map(([name, [number, wire]]) => [number, { name, wire }]));
  return {
    type: Thrift.Type.STRUCT,
    write(to, value) {
      to.writeStructBegin("");
      for (const [name, [number, wire]] of Object.entries(fields)) {
        const field = value[name];
        if (field === undefined) continue;
        to.writeFieldBegin(name, wire.type, number);
        wire.write(to, field);
        to.writeFieldEnd();
      }
      to.writeFieldStop();
      to.writeStructEnd();
    },
    read(from) {
      const value: Record<string, unknown> = {};
      from.readStructBegin();
      for (;;) {
        const { ftype, fid } = from.readFieldBegin();
        if (ftype === Thrift.Type.STOP) break;
        const field = names.get(fid);
        if (field?.wire.type === ftype) value[field.name] = field.wire.read(from);
        else from.skip(ftype);
        from.readFieldEnd();
      }
      from.readStructEnd();
      return value as StructOf<F>;
    },
  };
}

function refuseType(what: string, found: Thrift.Type, { type }: Wire<unknown>): void {
  if (found !== type) throw new Error(`${what} are of type ${found}, not ${type}`);
}
