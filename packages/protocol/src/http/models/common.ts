import { Type } from "typebox";
import { flag, int32, requiredText, text } from "../schema.ts";

/** No request members. */
export const noRequest = Type.Object({});
/** 200 with an empty body. */
export const emptyBody = Type.Undefined();

/** OWS's usual answer. The Unreal plugin takes any non-empty `errorMessage` as failure and reads nothing else. */
export const successAndErrorMessage = Type.Object({ success: flag, errorMessage: text });

export const endpointAddress = Type.Object({ ip: requiredText, port: int32, url: requiredText });

export const customDataField = Type.Object({ customFieldName: requiredText, fieldValue: requiredText });
