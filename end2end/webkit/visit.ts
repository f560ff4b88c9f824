// What an operative does with an iPhone, step by step: so that tests read as prose.
import { ask } from "../fixtures/ask.ts";
import type { Huella } from "../fixtures/huella.ts";
import { PIN } from "../fixtures/pin.ts";
import { fieldSetup } from "../fixtures/submit.ts";
import type { Phone } from "./phone.ts";

/** The data of somebody new, and a further statement. */
export async function owner(phone: Phone, document: string, agrees: string[] = []) {
  await phone.press("Nueva atención");
  await phone.at("buscar");
  await phone.type(document);
  await phone.press("Persona nueva");
  await phone.read("Nombres");
  for (const text of ["María José", "Ñuñez O’Higgins", "912345678", ""]) await phone.type(text);
  await phone.type("Sicilia 1516", "");
  const said = ["Tiene 18 años o más", "inhabilidad", ...agrees, "Continuar"];
  for (const words of said) await phone.press(words);
}

/** The data of a dog, up to where papers and pictures are asked for. */
export async function animal(phone: Phone, name: string) {
  await phone.read("Nombre del animal");
  await phone.type(name, "");
  const choices = ["Perro", "Hembra", "Enter", "Mestizo", "Negro", "2 años"];
  for (const words of choices) await phone.press(words);
}

/** A chip, and that the visit is kept. */
export async function chipped(phone: Phone, number: string) {
  for (const field of ["chip", "chip_repeated"]) {
    await phone.at(field);
    await phone.type(number);
  }
  await phone.at("weight");
  await phone.type("4,5", "");
}

/** What was filled in is kept. */
export async function keep(phone: Phone) {
  await phone.press("Revisar");
  await phone.press("Guardar atención");
  await phone.heading("Atención guardada");
}

/** A visit of a new owner with a new dog: a chip and a dose. */
export async function visit(phone: Phone, document: string, number: string) {
  await owner(phone, document);
  await animal(phone, "Luna");
  await phone.press("Continuar");
  await chipped(phone, number);
  await phone.press("Desparasitación interna");
  for (const [field, text] of [["product", "Drontal"], ["batch", "A123"], ["expiry", "08/2031"]]) {
    await phone.tap(field!);
    await phone.type(text!, "");
  }
  await keep(phone);
}

/** Chooses a PIN for the phone. */
export async function choosePin(phone: Phone) {
  await phone.press("Poner un PIN");
  for (const label of ["PIN nuevo", "PIN nuevo, otra vez"]) await phone.fill(label, PIN);
  await phone.press("Guardar el PIN");
  await phone.read("Con PIN: ");
}

/** Opens a phone that asks for its PIN. */
export async function unlock(phone: Phone, pin = PIN) {
  await phone.heading("PIN de este teléfono");
  await phone.at("pin");
  await phone.type(pin);
}

/** A code by which a phone is paired for today's outreach, as the coordination makes it. */
export async function invite(phone: Phone, huella: Huella): Promise<string> {
  await phone.signIn(huella, "coordinacion", "/cuenta");
  const { outreaches } = await fieldSetup(phone.page);
  const invited = { outreach: outreaches[0]!.outreach.id };
  const path = "/api/coordinacion/telefonos/invitar";
  return (await ask<{ code: string }>(phone.page, path, invited)).code;
}
