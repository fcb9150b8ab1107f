import { type FieldFault, notFound, RejectionError, reject } from '@samresa/kernel'
import type { FastifySchemaCompiler } from 'fastify'
import { IsOptional, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { Value } from 'typebox/value'

const mostFaults = 20

// By itself it stops after eight, and one fault here may be told by several errors there.
Settings.Set({ maxErrors: 100 })

type SchemaError = ReturnType<ReturnType<typeof Compile>['Errors']>[number]

/**
 * Checks params, query and body. Texts of params and query become numbers and truth values where the schema says so; a body is taken as
 * it is and may hold nothing that its schema does not name.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  if (httpPart === 'body') return bodyValidator(schema)
  const check = Compile(schema)
  if (httpPart === 'params') {
    // An id that cannot be one is an id of nothing.
    return (value) => (check.Check(value) ? { value } : { error: new RejectionError(notFound()) })
  }
  return (given) => {
    const value = Value.Default(schema, Value.Convert(schema, given))
    return check.Check(value) ? { value } : { error: invalid(check.Errors(value), '/query') }
  }
}

function bodyValidator(schema: TSchema): ReturnType<FastifySchemaCompiler<TSchema>> {
  const check = Compile(closed(schema) as TSchema)
  const optional = IsOptional(schema)
  return (value) => {
    if ((value === undefined || value === null) && optional) return { value: undefined }
    return check.Check(value) ? { value } : { error: invalid(check.Errors(value), '') }
  }
}

/** The schema with every object closed that names its properties and does not say itself whether there may be others. */
export function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, keepsData.has(key) ? value : closed(value)]))
  // The members of an intersection each see the whole object: closing one would refuse the others' properties.
  const open =
    'properties' in copy && !('additionalProperties' in copy) && typeof copy['properties'] === 'object' && copy['type'] === 'object'
  return open ? { ...copy, additionalProperties: false } : copy
}

const keepsData = new Set(['enum', 'const', 'default', 'examples', 'required', 'allOf'])

function invalid(errors: SchemaError[], prefix: string): RejectionError {
  const fields = faultsFrom(errors, prefix).slice(0, mostFaults)
  const where = prefix === '' ? 'body' : 'query'
  return new RejectionError(reject('invalid', 'INVALID_FIELD', `The ${where} has ${fields.length} fault(s): see fields.`, fields))
}

function faultsFrom(errors: SchemaError[], prefix: string): FieldFault[] {
  const faults = new Map<string, string>()
  const add = (pointer: string, detail: string) => {
    const already = faults.get(pointer)
    if (already === undefined) faults.set(pointer, detail)
    else if (!already.includes(detail)) faults.set(pointer, `${already} or ${detail.replace(/^must /, '')}`)
  }
  for (const error of errors) {
    const at = `${prefix}${error.instancePath}`
    switch (error.keyword) {
      case 'required':
        for (const name of error.params.requiredProperties) add(`${at}/${escaped(name)}`, 'is required')
        break
      case 'additionalProperties':
        for (const name of error.params.additionalProperties) add(`${at}/${escaped(name)}`, 'is not known here: leave it out')
        break
      case 'boolean': // Comes with `additionalProperties`, which names the member.
        break
      case 'anyOf': // Comes with the faults of its branches.
        break
      case 'const':
        add(at, `must be ${JSON.stringify(error.params.allowedValue)}`)
        break
      case 'enum':
        add(at, `must be one of ${error.params.allowedValues.map((value) => JSON.stringify(value)).join(', ')}`)
        break
      default:
        add(at, error.message)
    }
  }
  return Array.from(faults, ([pointer, detail]) => ({ pointer, detail }))
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
