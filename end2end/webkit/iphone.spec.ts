// One visit with the engine of every iPhone, at the size of one.
import { test as base } from "@playwright/test";
import { account } from "../fixtures/account.ts";
import { Huella } from "../fixtures/huella.ts";
import { Newer } from "../fixtures/newer.ts";
import { chip, run } from "../fixtures/visit.ts";
import { selfSigned, WebKit } from "../fixtures/webkit.ts";

const IPHONE = { width: 390, height: 844 };

base("a visit is registered and sent", async () => {
  base.setTimeout(120_000);
  const huella = await Huella.begin({
    engine: "sqlite", data: "demonstration", smtp: "folder:/tmp/huella-webkit-mail",
  });
  const front = await Newer.begin(huella.origin, selfSigned());
  const phone = await WebKit.begin(IPHONE.width, IPHONE.height);
  try {
    const { email, password } = account(huella, "terreno");
    await phone.goto(`${front.origin}/ingresar?next=/terreno`);
    await phone.tap('//input[@type="email"]');
    await phone.type(email, "");
    await phone.tap('//input[@type="password"]');
    await phone.type(password);
    await phone.see('//h1[contains(., "¿En qué operativo está?")]');
    await phone.press("Hoy");
    await phone.press("Nueva atención");
    await phone.see('//label[contains(., "Buscar a la persona")]');
    await phone.type(run());
    await phone.press("Persona nueva");
    await phone.see('//label[contains(., "Nombres")]');
    for (const text of ["María José", "Ñuñez O’Higgins", "912345678", ""]) await phone.type(text);
    await phone.type("Sicilia 1516", "");
    await phone.press("Tiene 18 años o más");
    await phone.press("inhabilidad");
    await phone.press("Continuar");
    await phone.see('//label[contains(., "Nombre del animal")]');
    await phone.type("Luna", "");
    for (const words of ["Perro", "Hembra", "Enter", "Continuar"]) await phone.press(words);
    const number = chip();
    await phone.at("chip");
    await phone.type(number);
    await phone.at("chip_repeated");
    await phone.type(number);
    await phone.at("weight");
    await phone.press("Revisar");
    await phone.press("Guardar atención");
    await phone.see('//h1[contains(., "Atención guardada")]');
    await phone.see('//*[normalize-space(text())="Enviado"]');
  } finally {
    await phone.end();
    await front.end();
    await huella.end();
  }
});
