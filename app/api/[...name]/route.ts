export {
  refuseUnknown as GET,
  refuseUnknown as HEAD,
  refuseUnknown as POST,
  refuseUnknown as PUT,
  refuseUnknown as PATCH,
  refuseUnknown as DELETE,
  refuseUnknown as OPTIONS,
} from "#lib/api/route";
