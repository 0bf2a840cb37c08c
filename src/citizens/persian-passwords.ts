/**
 * What Persian speakers choose: given names, clubs, cities, endearments and everyday words, in Latin letters as they
 * are typed on phones, and in Persian. Put together from the most frequent given names of the country and from how
 * lists of other languages are made up; a word with a few digits around it counts as the word.
 */

/** One spelling after another: Persian has no agreed one in Latin letters. */
const IN_LATIN = `
  abbas abolfazl ahmad ahmadreza akbar ali aliakbar aliasghar alireza amin amir amirali amirhosein amirhossein amirhosain
  amirmohammad amirmahdi amirreza arash aria arman arsham arya ashkan babak bahar bahman bahram behnam behrouz behrooz
  behzad bijan dariush daryoush davood davoud ebrahim ehsan elham elnaz erfan esmaeil esmail fardin farhad fariba farid
  faride farideh farnaz farshad farzad farzaneh fatemeh fateme fatima ghasem ghazal golnaz habib hadi hamed hamid
  hamidreza hanieh hasan hassan hesam hoda hosein hossein hosain houman iman javad kamran karim katayoun kaveh kazem
  khadijeh kian kiana kianoush kimia ladan leila leyla mahdi mahdieh mahmoud mahmood mahsa mahtab majid mandana mansour
  mansoureh marjan maryam masih masoud masood masoumeh mehdi mehran mehrdad melika mina mitra moein mohamad mohammad
  mohammadreza mohammadali mohammadamin mohammadhosein mohammadmahdi mohsen mojgan mojtaba mona morteza mostafa nader
  narges nasim nasrin nastaran navid nazanin negar negin niloofar niloufar nima omid parham parisa parsa parvaneh parviz
  payam pedram pegah pouria pouya rahim ramin reyhaneh reihane reza roghayeh roya saba saber sadegh saeed saeid saeideh
  sahar sajad sajjad saman samaneh samira sanaz sara sareh sepideh setareh shadi shahab shahin shahram shahrzad shaghayegh
  shayan shervin shima shirin shiva siamak siavash sina soheil somayeh soroush taher tahereh tara vahid yaser yasaman
  yasin yousef yusef zahra zainab zeinab zeynab zohreh
  hosseini ahmadi mohammadi rezaei rezaie karimi moradi hashemi jafari rahimi sadeghi ebrahimi heidari heydari akbari
  iran irani iranian iraniran iranman persia persian parsian tehran tehrani mashhad isfahan esfahan shiraz tabriz karaj
  ahvaz rasht yazd kerman qom ghom hamedan hamadan zanjan urmia orumieh kashan sari gorgan ardabil abadan bushehr kish
  khalijfars khalijefars damavand azadi milad
  esteghlal esteqlal taj tajabi perspolis persepolis piroozi pirouzi sepahan teraktor tractor foolad malavan taraktor
  azmoon alidaei daei karimi8 ghermez abi
  salam salaam salamsalam khodahafez khoda khodaya khodajan khodayeman yakhoda allah allahoakbar bismillah bismilah yaali
  yaaliadrekni yahosein yahossein yazahra yamahdi yamahdiadrekni emamreza emamzaman imamreza imamzaman karbala najaf
  ghoran quran mohammadrasoolallah
  eshgh eshghman eshgham eshq asheghetam ashegh asheghtam azizam aziz azizdelam azize janam jigar jigaram nafasam nafas
  omrom omram delam golam gol goli golgoli khoshgel khoshgelam doostetdaram dostetdaram doosetdaram dosetdaram
  dustetdaram dooset doset doostam dokhtar pesar maman mamani mamanjoon baba babajoon babajan madar pedar khahar baradar
  hamsaram zendegi zendegim zendegiman bahare arezoo omidvar tanha tanham mordam divoone divooneh
  ramz ramzeobur ramzeobour ramzeoboor ramzemon ramzman ramzejadid passvord pasvord kalameobur kelid ghofl nemidoonam
  nemidunam hichi hichkas hamechi khodam manam man manman toyi faghatto faramooshi yadamraft
  daneshgah daneshjoo daneshju madrese dabirestan kelas ostad moalem mohandes doktor pezeshk vakil barname computer
  internet telegram instagram eitaa rubika soroush bale sanjesh golestan sajad saorg
  panjere panjareh panjereh dolat dolatman sherkat bank banki hesab kart pool pooldar
  norouz nowruz noruz yalda ramazan moharam ashura parvaz aseman khorshid mahtabi setare darya jangal baran barf
  palang shir babr gorg oghab asb ghanari parvane gorbe khers
`;

const IN_PERSIAN = `
  محمد علی رضا حسین حسن مهدی فاطمه زهرا مریم زینب امیر امیرحسین امیرعلی محمدرضا علیرضا ابوالفضل سارا نازنین نرگس
  ایران تهران مشهد اصفهان شیراز تبریز استقلال پرسپولیس پیروزی سپاهان تراکتور
  سلام خداحافظ خدا خدایا یاعلی یاحسین یازهرا یامهدی اللهاکبر بسمالله امامرضا امامزمان کربلا
  عشق عشقم عاشقتم عزیزم جانم نفسم عمرم دوستتدارم دوستدارم دلم گلم مامان بابا مادر پدر خواهر برادر زندگی زندگیم
  رمز رمزعبور رمزمن گذرواژه کلمهعبور پسورد نمیدانم نمیدونم هیچی هیچکس خودم دانشگاه دانشجو مدرسه استاد
  پنجره دولت نوروز یلدا بهار باران دریا آسمان خورشید ستاره ایرانمن خلیجفارس
`;

export const PERSIAN_PASSWORD_WORDS: ReadonlySet<string> = new Set(`${IN_LATIN} ${IN_PERSIAN}`.trim().split(/\s+/));
