// What was said when booking: how the door shows it (/door.js), and how a visit begins with it.

const grouped = (run) => run.replace(/\B(?=(\d{3})+\b)/g, ".");
/** A document as people read it. */
export const paper = ({ key = "" }) => (/^\d/.test(key) ? grouped(key) : key.replace(":", " "));

/** A name in full. */
export const fullName = ({ given: names, surnames }) => `${names} ${surnames}`.trim();

/** An animal as it was said when booking, in the form of the visit's own. */
const drafted = ({ name, species, sex, age_months: months, chip }) => {
  const age = { about_months: months, has_date: false, date: "" };
  const said = { breed_words: "", coat: [], age, declaration: "", expected: chip };
  const form = { name, species, sex, ...said };
  return { form, services: { weight: "" } };
};

/** What the form is begun with: the search of who is known, else what was said when booking. */
export const visitOf = ({ details, is_known: isKnown }) => {
  if (!details) return ["", "", ""];
  const { document: { kind, key = "" }, name } = details;
  const animals = JSON.stringify(details.animals.map(drafted));
  const searched = kind === "passport" ? fullName(name) : key;
  if (isKnown) return [searched, "", animals];
  // What only they can state or consent to is asked at the table.
  const owner = {
    ...details,
    is_adult: false,
    no_disqualification: false,
    consents_to_photos: false,
    consents_to_news: false,
  };
  return ["", JSON.stringify(owner), animals];
};
