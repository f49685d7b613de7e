// Abbreviations with dots inside whose final dot belongs to the word ("e.g."): those of the Moses project's lists that
// neither the tokenizer needs (nonbreaking-prefix-lists.ts) nor the rule of acronyms covers ("Ph.D."). Of the Greek
// ones the names of books are left out.

const LISTS: Readonly<Record<string, string>> = {
  ca: 'p.e i.e',
  cs: 'Ing.arch a.i b.m b.p b.r c.k h.c inv.č m.a n.s př.kr př.n.l šk.ro t.č vl.jm n.p',
  de: 'd.h u.a D.h u.s.w u.ä o.ä z.Zt k.o i.H.v s.p.a',
  el: `
    άγν.ετυμολ ένθ.αν έ.α ανα.ε αρ.μετρ αρ.φ α.α βλ.λ ειδ.β εκατστ.2 εκατστ.3 ε.α κρ.γν κ.ά κ.ά.π κ.α κ.εξ
    κ.επ κ.ε κ.λπ κ.λ.π κ.ού.κ κ.ο.κ κ.τ.λ κ.τ.τ κ.τ.ό λ.χ μ.ε μ.μ μ.π.ε μ.π.π ξ.λ παρ.φρ προτ.Εισ πρ.Εφ π.μ
    π.χ σ.π τετρ.μ τιμ.τομ τ.μ τ.χλμ φ.τ.μ χλμ.2 χλμ.3 χλστμ.2 χλστμ.3 χ.ε χ.κ χ.ο χ.σ χ.τ χ.χ όπ.παρ όπ.π
    ό.π`,
  en: 'i.e e.g',
  es: 'c.f c.g f.c p.a p.ej q.e.g.e q.e.s.m s.s.s',
  fi: `
    apul.prof dipl.arkkit dipl.ekon dipl.ins dipl.kielenk dipl.kirjeenv dipl.kosm dipl.urk ev.luutn
    kapt.luutn kenr.luutn kenr.maj kom.kapt M.Sc puh.joht toim.apul toim.joht toim.siht ye.ups e.g i.e`,
  fr: 'e.g i.e loc.cit p.c.c p.ex p.j',
  ga: 'B.Arch m.sh i.e',
  is: `
    ab.fn a.fn áhrl.s ákv.gr e.Kr e.st f.hl f.Kr lh.nt lh.þt m.fl o.áfr o.m.fl o.fl o.s.frv óákv.gr s.hl
    ss.us s.st st.s`,
  it: `
    S.r.l a.c c.a c.c.p c.m c.p c.s c.v e.p.c p.c p.c.c p.es p.f p.r p.v s.n.c u.s v.r v.s i.e e.g`,
  lt: 'a.k asm.k b.k t.t k.a l.e.p m.e m.m p.d a.d p.m.e pr.Kr š.m įv.reikšm t.p t.y ž.ū',
  lv: 'ist.loc Ist.loc kor.loc Kor.loc v.i a.l t.p',
  nl: `
    c.i dr.h.c o.b.s Z.Em z.v a.g.v d.w.z e.c e.g e.k i.p.v i.s.m i.t.t i.v.m m.a.w m.b.t m.b.v m.h.o m.i
    m.i.v v.w.t`,
  pl: 'c.k c.o h.c k.k k.p.a k.p.c k.r k.r.o m.in',
  pt: 'i.e e.g',
  sk: 'i.e P.f p.f s.r.o p.n.l',
  sv: 'd.v.s fr.o.m i.a.f m.a.o m.fl m.m o.s.v p.g.a t.ex t.o.m m.h.a',
};

export const DOTTED_PREFIXES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(LISTS).map(([language, list]) => [language, new Set(list.trim().split(/\s+/))]),
);
