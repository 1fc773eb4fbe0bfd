/** What Pier sells. */
export const products = [
  {
    id: 'p1',
    name: 'Breakwater blanket',
    kind: 'Home',
    price: 128,
    from: 'Woven in Kaunas',
    line: 'A wool throw with the stripes of a harbour wall.',
    text: 'Heavy enough for a night on deck, soft enough for the sofa after. Undyed merino, woven with a band of indigo at each end, washed three times so that it never scratches.',
    facts: [
      ['Size', '140 × 200 cm'],
      ['Made of', '100 % merino wool'],
      ['Care', 'Air it; wash by hand when you must'],
    ],
  },
  {
    id: 'p2',
    name: 'Gull lantern',
    kind: 'Light',
    price: 64,
    from: 'Made in Porto',
    line: 'Storm-proof light for windy tables.',
    text: 'A paraffin lantern that stays lit in a gale. The glass lifts with one hand, the wick is cotton, the handle folds flat for the bag.',
    facts: [
      ['Height', '26 cm'],
      ['Burns', '18 hours'],
      ['Made of', 'Enamelled steel, borosilicate glass'],
    ],
  },
  {
    id: 'p3',
    name: 'Tide mug',
    kind: 'Table',
    price: 22,
    from: 'Thrown in Brittany',
    line: 'Stoneware with a waterline.',
    text: 'Each one is dipped by hand, so no two waterlines are the same. It holds a proper coffee and keeps it warm while you look at the sea.',
    facts: [
      ['Holds', '320 ml'],
      ['Made of', 'Stoneware'],
      ['Care', 'Dishwasher is fine'],
    ],
  },
  {
    id: 'p4',
    name: 'Deckhand tote',
    kind: 'Carry',
    price: 48,
    from: 'Sewn in Lisbon',
    line: 'Sailcloth that has seen the sea.',
    text: 'Cut from retired sails and sewn with rope handles that sit well on the shoulder. Stands by itself, takes a week of market, dries overnight.',
    facts: [
      ['Size', '44 × 36 × 18 cm'],
      ['Made of', 'Reclaimed sailcloth, cotton rope'],
      ['Carries', '20 kg'],
    ],
  },
  {
    id: 'p5',
    name: 'Saltbox stool',
    kind: 'Home',
    price: 145,
    from: 'Built in Jutland',
    line: 'Three legs, never wobbles.',
    text: 'Oiled ash with a seat turned from one piece. Three legs find their footing on any floor, and on most beaches.',
    facts: [
      ['Size', '45 cm high, 34 cm wide'],
      ['Made of', 'Ash, linseed oil'],
      ['Weight', '3.1 kg'],
    ],
  },
  {
    id: 'p6',
    name: 'Foghorn kettle',
    kind: 'Table',
    price: 72,
    from: 'Made in Sheffield',
    line: 'Lets you know, kindly.',
    text: 'An enamel kettle with a two-note whistle, low and friendly. Works on every hob and over a fire.',
    facts: [
      ['Holds', '1.8 litres'],
      ['Made of', 'Enamelled steel, beech'],
      ['Hobs', 'All, induction too'],
    ],
  },
  {
    id: 'p7',
    name: 'Sandbar towel',
    kind: 'Carry',
    price: 38,
    from: 'Woven in Denizli',
    line: 'Dries before you do.',
    text: 'A flat-woven towel that shakes the sand off, folds to the size of a book, and gets softer with every swim.',
    facts: [
      ['Size', '95 × 175 cm'],
      ['Made of', 'Organic cotton'],
      ['Weight', '310 g'],
    ],
  },
  {
    id: 'p8',
    name: 'Buoy vase',
    kind: 'Light',
    price: 54,
    from: 'Blown in Murano',
    line: 'For whatever grew by the path.',
    text: 'Thick, slightly green glass with a coral band. Takes one stem or a whole meadow, and throws a good shadow at five o’clock.',
    facts: [
      ['Height', '21 cm'],
      ['Made of', 'Recycled glass'],
      ['Care', 'Warm water'],
    ],
  },
]

export const product = (id) => products.find((one) => one.id === id)
export const image = (one) => `/demo/pier/art/${one.id}.svg`
export const money = (value) => new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' }).format(value)
