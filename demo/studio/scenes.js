// Every surface and every step, in every state that can be told apart. A scene is one flow, previewed in a page of its own;
// `press` names what is clicked before one looks. What a build does not know yet says so in its tile.

/** Short, long and from right to left. */
export const languages = {
  en: {
    title: 'Invite your team',
    text: 'Projects with **two people** are finished three times as often.',
    rich: 'Two ways to begin:\n\n- from a [template](https://example.com) with tasks\n- from a blank board\n\nPress `N` at any time.',
    more: 'Learn more',
    later: 'Later',
    go: 'Invite',
    step: 'Your board',
    next: 'Three columns, nothing else.',
    ask: 'How likely are you to recommend us?',
    rate: 'How was the import?',
    choose: 'What brings you here?',
    choices: ['Planning a launch', 'Running a team', 'Just looking'],
    own: 'What is missing?',
    hint: 'A sentence is enough',
    thanks: 'Thank you, that helps.',
    offer: 'Still thinking it over?',
    price: 'Take **10 %** off the North Sea mug.',
    accept: 'Use it',
    list: 'Get started',
    items: ['Create a project', 'Invite somebody', 'Complete a task'],
    done: 'All done!',
    product: 'North Sea mug',
    tell: 'New: export a report as PDF',
  },
  de: {
    title: 'Laden Sie Ihre Kolleginnen und Kollegen zur gemeinsamen Projektbearbeitung ein',
    text: 'Projekte, an denen **mindestens zwei Personen** gleichberechtigt zusammenarbeiten, werden erfahrungsgemäß dreimal so häufig fristgerecht abgeschlossen wie Einzelvorhaben. Die Zugriffsberechtigungsverwaltung finden Sie jederzeit in den Arbeitsbereichseinstellungen.',
    rich: 'Es gibt zwei Möglichkeiten, mit der Projektplanung zu beginnen:\n\n- aus einer [Projektvorlage](https://example.com) mit bereits angelegten Arbeitspaketen und Verantwortlichkeiten\n- mit einer vollständig leeren Aufgabenübersicht\n\nDie Tastenkombination `Strg+Umschalt+N` funktioniert überall.',
    more: 'Weiterführende Informationen',
    later: 'Zu einem späteren Zeitpunkt',
    go: 'Einladung verschicken',
    step: 'Ihre Aufgabenübersicht auf einen Blick',
    next: 'Drei Spalten, in denen Sie Arbeitspakete verschieben, zuweisen und nachverfolgen.',
    ask: 'Mit welcher Wahrscheinlichkeit würden Sie uns Ihren Geschäftspartnerinnen und Geschäftspartnern weiterempfehlen?',
    rate: 'Wie zufrieden waren Sie insgesamt mit der Datenübernahme aus Ihrem bisherigen Projektverwaltungssystem?',
    choose: 'Welches Vorhaben führt Sie heute hauptsächlich zu uns?',
    choices: [
      'Die Vorbereitung einer Produkteinführung mit mehreren beteiligten Abteilungen',
      'Die Organisation der abteilungsübergreifenden Zusammenarbeit',
      'Ich möchte mich zunächst unverbindlich umsehen',
    ],
    own: 'Welche Funktionalität vermissen Sie bei Ihrer täglichen Arbeit am meisten?',
    hint: 'Ein einziger Satz genügt vollkommen',
    thanks: 'Herzlichen Dank, Ihre Rückmeldung hilft uns bei der Weiterentwicklung sehr.',
    offer: 'Sie überlegen noch, ob dieses Angebot das richtige für Sie ist?',
    price:
      'Sichern Sie sich **10 % Preisnachlass** auf die handbemalte Steinzeugtasse „Nordsee“ aus der Frühjahrskollektion.',
    accept: 'Preisnachlass einlösen',
    list: 'Die ersten Schritte zur erfolgreichen Projektverwaltung',
    items: [
      'Ein Projekt mit allen Verantwortlichkeiten anlegen',
      'Mindestens eine Person zur Zusammenarbeit einladen',
      'Das erste Arbeitspaket vollständig abschließen',
    ],
    done: 'Alles erledigt, herzlichen Glückwunsch!',
    product: 'Handbemalte Steinzeugtasse „Nordsee“',
    tell: 'Neu: Exportieren Sie Ihre Auswertungen jetzt unmittelbar als barrierefreies PDF-Dokument',
  },
  ar: {
    title: 'ادعُ فريقك إلى المشروع',
    text: 'المشاريع التي يعمل عليها **شخصان** تُنجز ثلاث مرات أكثر من غيرها.',
    rich: 'هناك طريقتان للبدء:\n\n- من [قالب](https://example.com) فيه مهام جاهزة\n- من لوحة فارغة\n\nاضغط `N` في أي وقت.',
    more: 'اعرف المزيد',
    later: 'لاحقًا',
    go: 'أرسل الدعوة',
    step: 'لوحة العمل',
    next: 'ثلاثة أعمدة لا أكثر.',
    ask: 'ما مدى احتمال أن توصي بنا؟',
    rate: 'كيف كانت عملية الاستيراد؟',
    choose: 'ما الذي جاء بك إلى هنا؟',
    choices: ['التخطيط لإطلاق منتج', 'إدارة فريق', 'مجرد نظرة'],
    own: 'ما الذي ينقصك؟',
    hint: 'تكفي جملة واحدة',
    thanks: 'شكرًا لك، هذا يساعدنا.',
    offer: 'ما زلت تفكر؟',
    price: 'احصل على خصم **10 ٪** على كوب بحر الشمال.',
    accept: 'استخدم الخصم',
    list: 'الخطوات الأولى',
    items: ['أنشئ مشروعًا', 'ادعُ شخصًا', 'أكمل مهمة'],
    done: 'تم كل شيء!',
    product: 'كوب بحر الشمال',
    tell: 'جديد: تصدير التقرير بصيغة PDF',
  },
}

const art = '/demo/harbor/art/welcome.svg'
const say = ({ title, text }, more) => ({ type: 'message', props: { title, text, ...more } })
const primary = 'action-primary'

const surface = (id, name, step, more = {}) => ({ id, group: 'Surfaces', name, steps: step, ...more })
const beside = (placement) => (words) => [{ ...say(words), target: '#here', placement }]

const on = (at, id, name, group, props, more = {}) => ({
  id,
  name,
  group,
  steps: (words) => [{ type: group.toLowerCase(), surface: at, props: props(words) }],
  ...more,
})
const survey = (id, name, props, more) => on('card', id, name, 'Survey', props, more)
const offer = (id, name, props, more) => on('card', id, name, 'Offer', props, more)
const checklist = (id, name, props, more) => on('card', id, name, 'Checklist', props, more)

const actions = (words) => [
  { label: words.more, look: 'link', to: 'next' },
  { label: words.later, look: 'secondary', to: 'snooze' },
  { label: words.go, to: 'next' },
]
const tour = (at) => (words) => [
  { ...say(words), surface: at },
  { type: 'message', surface: at, props: { title: words.step, text: words.next } },
  { ...say(words), surface: at },
]
const items = (words, more = {}) => words.items.map((label, at) => ({ id: `item-${at}`, label, ...more }))

export const scenes = [
  surface('tooltip-bottom', 'Tooltip, below', beside('bottom'), { anchor: 'top' }),
  surface('tooltip-top', 'Tooltip, above', beside('top'), { anchor: 'bottom' }),
  surface('tooltip-right', 'Tooltip, right', beside('right'), { anchor: 'left' }),
  surface('tooltip-left', 'Tooltip, left', beside('left'), { anchor: 'right' }),
  surface('spotlight', 'Tooltip, with a spotlight', (words) => [{ ...beside('bottom')(words)[0], spotlight: true }], {
    anchor: 'top',
  }),
  surface('hotspot', 'Hotspot, open', (words) => [{ ...say(words), target: '#here', surface: 'hotspot' }], {
    anchor: 'top',
    press: ['beacon'],
  }),
  surface('hotspot-closed', 'Hotspot', (words) => [{ ...say(words), target: '#here', surface: 'hotspot' }], {
    anchor: 'top',
  }),
  surface('modal', 'Modal', (words) => [{ ...say(words), surface: 'modal' }]),
  surface('modal-media', 'Modal, with a picture', (words) => [
    { ...say(words, { image: { url: art, width: 820, height: 360 }, actions: actions(words) }), surface: 'modal' },
  ]),
  surface('banner', 'Banner', (words) => [
    { type: 'message', surface: 'banner', props: { text: words.tell, actions: [{ label: words.more, to: 'next' }] } },
  ]),
  surface('banner-bottom', 'Banner, at the bottom', (words) => [
    { ...say(words), surface: 'banner', placement: 'bottom' },
  ]),
  surface('card', 'Card', (words) => [{ ...say(words), surface: 'card' }]),
  surface('inline', 'Inline', (words) => [{ ...say(words), target: '#slot', surface: 'inline' }], { anchor: 'top' }),

  on('card', 'rich', 'Rich text', 'Message', ({ title, rich }) => ({ title, text: rich })),
  on('card', 'media', 'Picture', 'Message', ({ title, text }) => ({
    title,
    text,
    image: { url: art, width: 820, height: 360 },
  })),
  on('card', 'three', 'Three buttons', 'Message', (words) => ({ ...say(words).props, actions: actions(words) })),
  { id: 'tour-1', name: 'Tutorial, first step', group: 'Message', steps: tour('card') },
  { id: 'tour-2', name: 'Tutorial, on the way', group: 'Message', steps: tour('card'), press: [primary] },
  { id: 'tour-modal', name: 'Tutorial, in a modal', group: 'Message', steps: tour('modal'), press: [primary] },

  survey('nps', 'NPS', ({ ask }) => ({ question: ask, kind: 'nps' })),
  survey('nps-given', 'NPS, answered', ({ ask }) => ({ question: ask, kind: 'nps', draft: 9 })),
  survey('csat', 'CSAT', ({ rate }) => ({ question: rate, kind: 'csat', draft: 4 })),
  survey('rating', 'Stars', ({ rate, text }) => ({ question: rate, text, kind: 'rating', draft: 3 })),
  survey('emoji', 'Faces', ({ rate }) => ({ question: rate, kind: 'emoji', draft: 4 })),
  survey('choice', 'One of several', ({ choose, choices }) => ({
    question: choose,
    kind: 'choice',
    choices,
    draft: choices[0],
  })),
  survey('choices', 'Several of several', ({ choose, choices }) => ({
    question: choose,
    kind: 'choice',
    multiple: true,
    choices,
    draft: choices.slice(1),
  })),
  survey('own-words', 'Own words', ({ own, hint }) => ({ question: own, kind: 'text', placeholder: hint })),
  survey('required', 'Required, left out', ({ own }) => ({ question: own, kind: 'text', required: true }), {
    press: [primary],
  }),
  survey(
    'choice-required',
    'Choice, left out',
    ({ choose, choices }) => ({
      question: choose,
      kind: 'choice',
      choices,
      required: true,
    }),
    { press: [primary] },
  ),
  survey('several', 'Several questions', ({ list, rate, own, hint }) => ({
    title: list,
    questions: [
      { id: 'stars', question: rate, kind: 'rating' },
      { id: 'words', question: own, kind: 'text', placeholder: hint },
    ],
  })),
  survey('thanks', 'Thank you', ({ ask, thanks }) => ({ question: ask, kind: 'nps', draft: 9, thanks }), {
    press: [primary],
  }),

  offer('offer', 'Code', (words) => ({
    title: words.offer,
    text: words.price,
    code: 'NORTH10',
    expires: '2031-05-05T18:00:00Z',
    actions: [
      { label: words.later, look: 'link', to: 'dismiss' },
      { label: words.accept, to: 'next' },
    ],
  })),
  offer('offer-ended', 'Ended', (words) => ({
    title: words.offer,
    text: words.price,
    code: 'NORTH10',
    expires: '2021-05-05T18:00:00Z',
  })),
  offer('offer-products', 'Products', (words) => ({
    title: words.offer,
    products: [
      {
        product_id: 'p1',
        name: words.product,
        price: 24,
        currency: 'EUR',
        quantity: 2,
        image_url: '/demo/pier/art/p1.svg',
      },
      { product_id: 'p2', name: words.product, price: 38.5, currency: 'EUR', image_url: '/demo/pier/art/p2.svg' },
    ],
  })),
  {
    ...offer('offer-banner', 'In a banner', () => ({})),
    steps: (words) => [
      { type: 'offer', surface: 'banner', props: { title: words.offer, text: words.price, code: 'NORTH10' } },
    ],
  },

  checklist('checklist', 'Open', (words) => ({ title: words.list, items: items(words) }), { press: ['item'] }),
  checklist('checklist-small', 'Collapsed', (words) => ({ title: words.list, items: items(words), collapsed: true })),
  checklist('checklist-done', 'All done', (words) => ({ title: words.list, items: items(words), thanks: words.done }), {
    press: ['item', 'item', 'item'],
  }),

  {
    id: 'custom',
    name: 'A step of one’s own',
    group: 'Custom',
    steps: (words) => [
      { type: 'confetti', surface: 'card', props: { title: words.done, text: words.thanks, button: words.go } },
    ],
  },
]

/** Words of the interface itself, by their English ones, as a guide's `translations` has them. */
export const translations = {
  de: {
    Next: 'Weiter',
    Back: 'Zurück',
    Skip: 'Diesen Schritt überspringen',
    Done: 'Verstanden und schließen',
    Submit: 'Antwort absenden',
    'Please choose an answer': 'Bitte wählen Sie eine der vorgegebenen Antwortmöglichkeiten',
    'Please write an answer': 'Bitte tragen Sie hier eine Antwort ein',
    'Not likely': 'Überhaupt nicht wahrscheinlich',
    'Very likely': 'Außerordentlich wahrscheinlich',
    'Very dissatisfied': 'Außerordentlich unzufrieden',
    'Very satisfied': 'Außerordentlich zufrieden',
    optional: 'freiwillige Angabe',
    Copy: 'Kopieren',
    'Ends {date}': 'Gültig bis einschließlich {date}',
    'This offer has ended': 'Dieses Angebot ist leider abgelaufen',
    'Use the offer': 'Angebot einlösen',
    'No, thanks': 'Nein danke, kein Interesse',
    '{index} of {count}': '{index} von {count}',
  },
  ar: {
    Next: 'التالي',
    Back: 'السابق',
    Skip: 'تخطَّ',
    Done: 'تم',
    Submit: 'أرسل',
    'Please choose an answer': 'اختر إجابة من فضلك',
    'Please write an answer': 'اكتب إجابة من فضلك',
    'Not likely': 'غير محتمل',
    'Very likely': 'محتمل جدًا',
    'Very dissatisfied': 'غير راضٍ تمامًا',
    'Very satisfied': 'راضٍ جدًا',
    optional: 'اختياري',
    Copy: 'نسخ',
    'Ends {date}': 'ينتهي في {date}',
    'This offer has ended': 'انتهى هذا العرض',
    'Use the offer': 'استخدم العرض',
    'No, thanks': 'لا، شكرًا',
    '{index} of {count}': '{index} من {count}',
  },
}
