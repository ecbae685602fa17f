import { Type } from "typebox";
import { flag, float32, int32, text } from "../schema.ts";

/** CreateCharacter's answer: the starting values, or `success: false` with the reason and defaults. */
export const createdCharacter = Type.Object({
  success: flag,
  errorMessage: text,
  characterName: text,
  className: text,
  characterLevel: int32,
  startingMapName: text,
  x: float32,
  y: float32,
  z: float32,
  rx: float32,
  ry: float32,
  rz: float32,
  teamNumber: int32,
  gold: int32,
  silver: int32,
  copper: int32,
  freeCurrency: int32,
  premiumCurrency: int32,
  fame: int32,
  alignment: int32,
  score: int32,
  gender: int32,
  xp: int32,
  size: int32,
  weight: float32,
});
