/** What each claim is called on a consent page. A claim without a name here is shown by its technical name. */
export const claims = {
  sub: 'شناسهٔ شما در این دانشگاه',
  profile: 'نام و مشخصات',
  given_name: 'نام',
  family_name: 'نام خانوادگی',
  given_name_latin: 'نام به حروف لاتین',
  family_name_latin: 'نام خانوادگی به حروف لاتین',
  birthdate: 'تاریخ تولد',
  phone_number: 'شمارهٔ تلفن همراه',
  phone_number_verified: 'تأییدشده بودن شمارهٔ تلفن همراه',
  national_code: 'کد ملی',
  offline_access: 'دسترسی هنگامی که وارد نیستید',
};
