/** JSON with the places of its values; bundled into the package. */

export { type JSONPath, type ParseError, printParseErrorCode, visit } from "jsonc-parser";
