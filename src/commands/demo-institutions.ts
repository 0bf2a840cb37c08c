import type { ListedOrganisation, OrganisationStage } from '#relying-parties/organisation.ts';

/** Towns that are on no map: nobody's university may be said to have begun or not begun. */
const TOWNS = `آذردشت Azardasht, بهارکوه Baharkuh, پونه‌زار Punezar, ترنج‌آباد Toranjabad, جویبارسار Juybarsar,
چکاوک‌شهر Chakavakshahr, خورشیدکوه Khorshidkuh, دشت‌آرا Dashtara, روشن‌رود Roshanrud, زرین‌کوه Zarrinkuh, ژاله‌زار Zhalezar,
سپیدکوه Sepidkuh, شقایق‌دشت Shaghayeghdasht, صنوبرکوه Senobarkuh, فیروزه‌شهر Firuzeshahr, کبودرود Kabudrud,
گلبرگ‌آباد Golbargabad, لاله‌دشت Laledasht, ماه‌رود Mahrud, نارون‌شهر Narvanshahr, نسترن‌آباد Nastaranabad,
نیلوفررود Nilufarrud, هماکوه Homakuh, یاس‌دشت Yasdasht, ارغوان‌شهر Arghavanshahr, باران‌دشت Barandasht, مهتاب‌کوه Mahtabkuh,
ستاره‌شهر Setareshahr`
  .split(',')
  .map((town) => {
    const [fa = '', en = ''] = town.trim().split(' ');
    return { fa, en };
  });

/** `stages` are those of the first towns, in order; the rest have `otherwise`. `towns` is how many have one. */
type Sort = Pick<ListedOrganisation, 'kind'> & {
  id: string;
  fa: string;
  en: (town: string) => string;
  towns?: number;
  isPartOfUniversity?: boolean;
  stages: readonly (readonly [OrganisationStage, number])[];
  otherwise: OrganisationStage;
};

/** The country's mix: nearly all state universities are connected, some are under way, and the others have begun here and there. */
const SORTS: readonly Sort[] = [
  {
    id: 'university',
    fa: 'دانشگاه',
    en: (town) => `University of ${town}`,
    kind: 'state',
    stages: [],
    otherwise: 'connected',
  },
  {
    id: 'technology',
    fa: 'دانشگاه صنعتی',
    en: (town) => `${town} University of Technology`,
    kind: 'state',
    stages: [['in-technical-process', 3]],
    otherwise: 'connected',
  },
  {
    id: 'arts',
    fa: 'دانشگاه هنر',
    en: (town) => `${town} University of Arts`,
    kind: 'state',
    stages: [['accepted', 2]],
    otherwise: 'connected',
  },
  {
    id: 'agriculture',
    fa: 'دانشگاه کشاورزی',
    en: (town) => `${town} University of Agriculture`,
    kind: 'state',
    stages: [['requested', 2]],
    otherwise: 'connected',
  },
  {
    id: 'institution',
    fa: 'مؤسسهٔ آموزش عالی',
    en: (town) => `${town} Institution of Higher Education`,
    kind: 'non-state',
    towns: 18,
    stages: [
      ['connected', 7],
      ['in-technical-process', 3],
      ['requested', 4],
    ],
    otherwise: 'not-begun',
  },
  {
    id: 'research',
    fa: 'پژوهشکدهٔ',
    en: (town) => `${town} Research Institute`,
    kind: 'subordinate-body',
    towns: 8,
    isPartOfUniversity: true,
    stages: [['requested', 2]],
    otherwise: 'not-begun',
  },
  {
    id: 'science-park',
    fa: 'پارک علم و فناوری',
    en: (town) => `${town} Science and Technology Park`,
    kind: 'agency',
    towns: 4,
    stages: [
      ['connected', 1],
      ['in-technical-process', 1],
    ],
    otherwise: 'not-begun',
  },
];

/** 142 invented institutions; with those of seed-organisations.ts 150. */
export const demoInstitutions: readonly ListedOrganisation[] = SORTS.flatMap((sort) => {
  const stages = sort.stages.flatMap(([stage, count]) => Array.from({ length: count }, () => stage));
  return TOWNS.slice(0, sort.towns).map((town, index) => ({
    id: `demo-${sort.id}-${town.en.toLowerCase()}`,
    name: { fa: `${sort.fa} ${town.fa}`, en: sort.en(town.en) },
    kind: sort.kind,
    stage: stages[index] ?? sort.otherwise,
    ...(sort.isPartOfUniversity === true && { parent: `demo-university-${town.en.toLowerCase()}` }),
  }));
});
