import type { ListedOrganisation } from '#relying-parties/organisation.ts';

/** Invented names of every kind and at every stage, so that the board has a story to tell. */
export const demoOrganisations: readonly ListedOrganisation[] = [
  {
    id: 'demo-university-one',
    name: { fa: 'دانشگاه نمونهٔ یک', en: 'Demo University One' },
    kind: 'state',
    stage: 'connected',
  },
  {
    id: 'demo-university-two',
    name: { fa: 'دانشگاه نمونهٔ دو', en: 'Demo University Two' },
    kind: 'state',
    stage: 'connected',
  },
  {
    id: 'demo-medical-university',
    name: { fa: 'دانشگاه علوم پزشکی نمونه', en: 'Demo University of Medical Sciences' },
    kind: 'state',
    stage: 'accepted',
  },
  {
    id: 'demo-open-university',
    name: { fa: 'دانشگاه باز نمونه', en: 'Demo Open University' },
    kind: 'payam-e-noor-and-other',
    stage: 'not-begun',
  },
  {
    id: 'demo-applied-science-university',
    name: { fa: 'دانشگاه علمی کاربردی نمونه', en: 'Demo University of Applied Science' },
    kind: 'payam-e-noor-and-other',
    stage: 'requested',
  },
  {
    id: 'demo-teacher-training-university',
    name: { fa: 'دانشگاه تربیت معلم نمونه', en: 'Demo Teacher Training University' },
    kind: 'payam-e-noor-and-other',
    stage: 'in-technical-process',
  },
  {
    id: 'demo-private-institution',
    name: { fa: 'مؤسسهٔ آموزش عالی نمونه', en: 'Demo Institution of Higher Education' },
    kind: 'non-state',
    stage: 'suspended',
  },
  {
    id: 'demo-research-institute',
    name: { fa: 'پژوهشگاه نمونه', en: 'Demo Research Institute' },
    kind: 'subordinate-body',
    stage: 'in-technical-process',
    parent: 'demo-university-one',
  },
];
