// Abbreviations whose final dot belongs to the word: the lists of the Moses project (its nonbreaking_prefixes, as
// sacremoses carries them), by language. `#` after a word: only where a number follows.
// Left out is what can never come up: entries that hold white space, which no word does, and those that hold a dot
// beside a letter ("e.g", "z.B"), which the tokenizer's rule for inner dots covers.

export const PREFIX_LISTS: Readonly<Record<string, string>> = {
  as: `ড এ বি সি ডি ই এফ জি এইচ আম জে কে এল এম এন হে পি কিউ আর এস টি ইউ ডব্লু এক্স ওয়াই জেড`,
  ca: `
    Dr Dra pàg p c av Sr Sra adm esq Prof ptes Sta St pl màx cast dir nre fra admdora Emm Excma espf dc
    admdor tel angl aprox ca dept dj dl dt ds dg dv ed entl al maj smin n núm pta A B C D E F G H I J K L M N
    O P Q R S T U V W X Y Z`,
  cs: `
    Bc BcA Ing MUDr MVDr MgA Mgr JUDr PhDr RNDr PharmDr ThLic ThDr prof doc CSc DrSc PaedDr Dr PhMr DiS abt
    ad aj angl anon apod atd atp aut bd biogr cca cit cizojaz col čes čín čj ed facs fasc fol fot franc hist
    hl hrsg ibid il ind jap jhdt jv koed kol korej kl krit lat lit maď mj mp násl např nepubl něm no nr okr
    odd odp obr opr orig phil pl pokrač pol port pozn přel přeprac příl pseud pt red repr resp revid rkp roč
    roz rozš samost sect sest seš sign sl srv stol sv šk špan tab tis tj tř tzv univ uspoř vol vs vyd vyobr
    zal zejm zkr zprac zvl než abl absol adj adv ak akt alch amer anat anglosas arab arch archit arg astr
    astrol att bás belg bibl biol boh bot bulh círk csl č čas dat děj dep dět dial dór dopr dosl ekon epic
    etnonym eufem f fam fem fil film form fr fut fyz gen geogr geol geom germ gram hebr herald hovor hud hut
    chcsl chem ie imp impf indoevr inf instr interj ión iron it kanad katalán klas kniž komp konj konkr kř
    kuch lék les lid liturg lok log m mat meteor metr mod ms mysl n náb námoř neklas nesklon nom ob obch obyč
    ojed opt part pas pejor pers pf plpf práv prep předl přivl r rcsl refl reg ř řec s samohl sg souhl spec
    srov stfr střv stsl subj subst superl sz táz tech telev teol trans typogr var vedl verb voj vok vůb vulg
    výtv vztaž zahr zájm zast zeměd zř dl sport horn RSDr pomn ev slang nprap dop st tzn p br čp ml vč kr mld
    hod popř ap event rus slov rum švýc hor dol`,
  de: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z a b c d e f g h i j k l m n o p q r s t u v w x y z
    II III IV VI VII VIII IX XI XII XIII XIV XV XVI XVII XVIII XIX XX ii iii iv vi vii viii ix xi xii xiii
    xiv xv xvi xvii xviii xix xx Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col Comdr Con Corp Cpl DR Dr
    Ens Gen Gov Hon Hosp Insp Lt MM MR MRS MS Maj Messrs Mlle Mme Mr Mrs Ms Msgr Op Ord Pfc Ph Prof Pvt Rep
    Reps Res Rev Rt Sen Sens Sfc Sgt Sr St Supt Surg Mio Mrd bzw vs usw etc MwSt ggf vgl sogen ff Buchst sog
    Std evtl Zt Chr Ltd spp sen SA jun dgl dergl Co zzt usf Dkr bzgl BSE No Nos Art Nr pp ca Ca 1 2 3 4 5 6 7
    8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
    44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78
    79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99`,
  el: `
    Α Β Γ Δ Ε Ζ Η Θ Ι Κ Λ Μ Ν Ξ Ο Π Ρ Σ Τ Υ Φ Χ Ψ Ω Άθαν Έγχρ Έκθ Έσδ Έφ Όμ Α΄Έσδρ Α΄Έσδ Α΄Βασ Α΄Θεσ Α΄Ιω
    Α΄Κορινθ Α΄Κορ Α΄Μακκ Α΄Μακ Α΄Πέτρ Α΄Πέτ Α΄Παραλ Α΄Πε Α΄Σαμ Α΄Τιμ Α΄Χρον Α΄Χρ Αέθλ Αέτ Αίσ Αββακ Αβυδ Αβ
    Αγάκλ Αγάπ Αγαθάγγ Αγαθήμ Αγαθιν Αγαθοκλ Αγαθρχ Αγαθ Αγαλλ Αγαπητ Αγγ Αγησ Αγλ Αδριαν Αδρ Αετ Αθάν Αθήν
    Αθανάσ Αθαν Αθηνί Αθηναγ Αθηνόδ Αθ Αιλ Αιμιλ Αισχίν Αισχ ΑιτΕ Αιτ Αλκ Αλχιας Αμβ Αμμών Ανακρ Ανακ Αναπλ
    Ανδ Ανθλγος Ανθστης Αντισθ Ανχης Αν Αποκ Απρ Απόδ Απόφ Απ Αριθ Αριστοτ Αριστοφ Αριστ Αρμεν Αρμ Αρ Ασμ Ασ
    Αυγ Αφρ Β΄Έσδρ Β΄Έσδ Β΄Βασ Β΄Θεσ Β΄Ιω Β΄Κορινθ Β΄Κορ Β΄Μακκ Β΄Μακ Β΄Πέτρ Β΄Πέτ Β΄Πέ Β΄Παραλ Β΄Σαμ Β΄Τιμ
    Β΄Χρον Β΄Χρ Βίβλ Βαρ ΒεΘ Βιπερ Βιργ Βλγ Βούλ Βρ Γ΄Βασ Γ΄Μακκ ΓΕΝμλ Γέν Γαλ Γεν Γλ Γνωμ Γν Γράμμ Δ΄Βασ Δαμ
    Δαν Δεκ Δερμ Δευτ Δεύτ Δημοσθ Δημόκρ Διάτ Διαιτ Δικ ΔιοικΔνη Δνη Δν Δρ Δτ ΔωδΝομ ΕΔΠολ ΕΕυρΚ ΕΙΣ ΕΝαυτΔ
    ΕΣΑμΕΑ ΕΣΘ ΕΣυγκΔ ΕΤρΑξΧρΔ Εβδ Εβρ Εγκ Εθν Εικ Ειρην Έλεγχ Ειρ Εισ Εκκλ Εκκ Εκ Εξ Επίκτ Επίκ Επικ Επιφάν
    Εσθ Εσπερ Ευκλ Ευρατόμ Εφαρμ Εφεσ Εφημ Εφ Ζαχ Ζιγ Ζυ Ζχ Ημερ Ηράκλ Ηροδ Ησίοδ Ησ ΘΗΣ ΘΡ Θαλ Θεοδ Θεοφ Θεσ
    Θεόκρ Θεόφιλ Θουκ Θρ Ιακ Ιαν Ιβ Ιδθ Ιδ Ιεζ Ιερ Ιζ Ιησ Ικ Ιλ Ιν Ιουδ Ιουστ Ιούδα Ιούλ Ιούν Ιπποκρ Ιππόλ Ιρ
    Ισοκρ Ιωβ Ιωλ Ιων Ιω ΚΟΣ ΚΠοινΔ ΚΠολΔ ΚαΒ Καλ ΚανΒ Κατάργ Κλ ΚοινΔ Κολσ Κολ Κον Κορ Κος ΚριτΕπιθ ΚριτΕ
    Κριτ Κρ ΚτΒ ΚτΕ ΚτΠ Κυβ Κυπρ Λεβ Λευϊτ Λευ Λκ Λογ ΛουκΑμ Λουκιαν Λοχ Λυδ Λυκ Λυσ Λωζ Λ1 Λ2 ΜΟΕφ Μάρκ Μέν
    Μαλ Ματθ Μα Μιχ Μκ Μλ Μμ Μον Μρ Μτ Μχ ΝΑ Να Νδικ Νεεμ Νε Νικ ΝκΦ Νμ ΝοΒ Νομ Νοσ Ντ Νόσων Ν1 Ν2 Ν3 Ν4 Νtot
    Ξενοφ Ξεν Ο΄ Οβδ Οβ ΟικΕ Οικ Ολομ Ολ ΟπΤοιχ Οράτ Ορθ Πίνδ ΠαγΝμλγ Παν Παρμ Παροιμ Παρ Παυσ ΠειρΝ Πελ
    ΠεντΣτρ Πεντ ΠερΔικ Πετ Πλάτ Πλημ Πλούτ Πλ Πολ Πραξ Πρμ Πρξ Πρωτ Πρ Πταισμ Πόλη Ρθ Ρμ Ρωμ ΣΠλημ Σαπφ Σειρ
    Σολ Σοφ Σρ Συζήτ ΣυμβΕπιθ Σφν Σφ Σωσ Σύντ ΤΘ Τίτ Τβ Τερτυλ Τιμ Τριμ Ττ Τωβ Υγ Υπερ Υπ Φιλήμ Φιλιπ Φιλ Φλμ
    Φλ Φώτ Χρυσ Ψήφ Ψαλμ Ψαλ Ψλ Ωριγ Ωσ άγν άγ άκλ άνθρ άπ άρθρ άρν άρ άτ άψ ά έκδ έκφρ έμψ έτ ίδ αβεστ αβησσ
    αγγλ αγγ αδημ αεροναυτ αερον αεροπ αθλητ αθλ αθροιστ αιγυπτ αιγ αιτιολ αιτ αι ακαδ ακκαδ αλβ αλλ αλφαβητ
    αμα αμερικ αμερ αμετάβ αμτβ αμφιβ αμφισβ αμφ αμ ανάλ ανάπτ ανάτ αναβ αναδαν αναδιπλασ αναδιπλ αναδρ αναλ
    αναν ανασυλλ ανατολ ανατομ ανατυπ ανατ αναφορ αναφ ανδρων ανθρωπολ ανθρωπ ανθ ανομ αντίτ αντδ αντιγρ
    αντιθ αντικ αντιμετάθ αντων αντ ανωτ ανόργ ανών αορ απαρέμφ απαρφ απαρχ απαρ απλολ απλοπ αποβ αποηχηροπ
    αποθ αποκρυφ αποφ απρμφ απρφ απρόσ απόδ απόλ απόσπ απόφ αραβοτουρκ αραβ αραμ αρβαν αργκ αριθμτ αριθμ αριθ
    αρκτικόλ αρκ αρμεν αρμ αρνητ αρσ αρχαιολ αρχιτεκτ αρχιτ αρχκ αρχ αρωμουν αρωμ αρ ασσυρ αστρολ αστροναυτ
    αστρον αττ αυστραλ αυτοπ αυτ αφγαν αφηρ αφομ αφρικ αχώρ αόρ α/α α0 βαθμ βαθ βαπτ βασκ βεβαιωτ βεβ βεδ
    βενετ βεν βερβερ βιβλγρ βιολ βιομ βιοχημ βιοχ βλάχ βλ βοταν βοτ βουλγαρ βουλγ βούλ βραζιλ βρετον βόρ γαλλ
    γενικότ γενοβ γεν γερμαν γερμ γεωγρ γεωλ γεωμετρ γεωμ γεωπ γεωργ γλυπτ γλωσσολ γλωσσ γλ γνμδ γνμ γνωμ
    γοτθ γραμμ γραμ γρμ γρ γυμν δίδες δίκ δίφθ δαν δεικτ δεκατ δηλ δημογρ δημοτ δημώδ δημ διάγρ διάκρ διάλεξ
    διάλ διάσπ διαλεκτ διατρ διαφ διαχ διδα διεθν διεθ δικον διστ δισύλλ δισ διφθογγοπ δογμ δολ δοτ δρμ δρχ
    δρ(α) δωρ δ εβρ εγκλπ εδ εθνολ εθν ειδικότ ειδ εικ ειρ εισ εκατοστμ εκατοστ εκατ εκδ εκκλησ εκκλ εκ ελλην
    ελλ ελνστ ελπ εμβ εμφ εναλλ ενδ ενεργ ενεστ ενικ ενν εν εξέλ εξακολ εξομάλ εξ εο επέκτ επίδρ επίθ επίρρ
    επίσ επαγγελμ επανάλ επανέκδ επιθ επικ επιμ επιρρ επιστ επιτατ επιφ επών επ εργ ερμ ερρινοπ ερωτ ετρουσκ
    ετυμ ετ ευφ ευχετ εφ εύχρ ε/υ ε0 ζωγρ ζωολ ηθικ ηθ ηλεκτρολ ηλεκτρον ηλεκτρ ημίτ ημίφ ημιφ ηχηροπ ηχηρ
    ηχομιμ ηχ η θέατρ θεολ θετ θηλ θρακ θρησκειολ θρησκ θ ιαπων ιατρ ιδιωμ ιδ ινδ ιραν ισπαν ιστορ ιστ
    ισχυροπ ιταλ ιχθυολ ιων κάτ καθ κακοσ καν καρ κατάλ κατατ κατωτ κατ κα κελτ κεφ κινεζ κινημ κλητ κλιτ κλπ
    κλ κν κοινωνιολ κοινων κοπτ κουτσοβλαχ κουτσοβλ κπ κτγ κτην κτητ κτλ κτ κυριολ κυρ κύρ κ λέξ λαογρ λαπ
    λατιν λατ λαϊκότρ λαϊκ λετ λιθ λογιστ λογοτ λογ λουβ λυδ λόγ λ μέλλ μέσ μαθημ μαθ μαιευτ μαλαισ μαλτ
    μαμμων μεγεθ μεε μειωτ μελ μεξ μεσν μεσογ μεσοπαθ μεσοφ μετάθ μεταβτ μεταβ μετακ μεταπλ μεταπτωτ μεταρ
    μεταφορ μετβ μετεπιθ μετεπιρρ μετεωρολ μετεωρ μετον μετουσ μετοχ μετρ μετ μητρων μηχανολ μηχ μικροβιολ
    μογγολ μορφολ μουσ μπενελούξ μσνλατ μσν μτβ μτγν μτγ μτφρδ μτφρ μτφ μτχ μυθ μυκην μυκ μφ μ μ0 ναυτ νεοελλ
    νεολατιν νεολατ νεολ νεότ νλατ νομ νορβ νοσ νότ ν οικοδ οικολ οικον οικ ολλανδ ολλ ομηρ ομόρρ ονομ ον οπτ
    ορθογρ ορθ οριστ ορυκτολ ορυκτ ορ οσετ οσκ ουαλ ουγγρ ουδ ουσιαστικοπ ουσιαστ ουσ πίν παθητ παθολ παθ
    παιδ παλαιοντ παλαιότ παλ παππων παράγρ παράγ παράλλ παράλ παραγ παρακ παραλ παραπ παρατ παρβ παρετυμ
    παροξ παρων παρωχ παρ πατριδων πατρων πβ περιθ περιλ περιφρ περσ περ πιθ πληθ πληροφ ποδ ποιητ πολιτ
    πολλαπλ πολ πορτογαλ πορτ ποσ πρακριτ πρβλ πρβ πργ πρκμ πρκ πρλ προέλ προβηγκ προελλ προηγ προθεμ
    προπαραλ προπαροξ προπερισπ προσαρμ προσηγορ προσταχτ προστ προσφών προσ προτακτ προφ προχωρ πρτ πρόθ
    πρόσθ πρόσ πρότ πρ πτ πυ π ρήμ ρίζ ρηματ ρητορ ριν ρουμ ρωμ ρωσ ρ σανσκρ σαξ σελ σερβοκρ σερβ σημασιολ
    σημδ σημειολ σημερ σημιτ σημ σκανδ σκυθ σκωπτ σλαβ σλοβ σουηδ σουμερ σουπ σπάν σπανιότ σπ σσ στατ στερ
    στιγμ στιχ στρέμ στρατιωτ στρατ στ συγγ συγκρ συγκ συμπερ συμπλεκτ συμπλ συμπροφ συμφυρ συμφ συνήθ συνίζ
    συναίρ συναισθ συνδετ συνδ συνεκδ συνηρ συνθετ συνθ συνοπτ συντελ συντομογρ συντ συν συρ σχημ σχ σύγκρ
    σύμπλ σύμφ σύνδ σύνθ σύντμ σύντ σ σ/β τακτ τελ τετρ τεχνλ τεχνολ τεχν τεύχ τηλεπικ τηλεόρ τιμ τοΣ τον
    τοπογρ τοπων τοπ τοσκ τουρκ τοχ τριτοπρόσ τροποπ τροπ τσεχ τσιγγ ττ τυπ τόμ τόνν τ υβρ υπερθ υπερσ υπερ
    υπεύθ υποθ υποκορ υποκ υποσημ υποτ υποφ υποχωρ υπόλ υπόχρ υπ υστλατ υψόμ υψ φάκ φαρμακολ φαρμ φιλολ φιλοσ
    φιλοτ φινλ φοινικ φράγκ φρανκον φριζ φρ φυλλ φυσιολ φυσ φωνηεντ φωνητ φωνολ φων φωτογρ φ χαμιτ χαρτόσ
    χαρτ χασμ χαϊδ χγφ χειλ χεττ χημ χιλ χλγρ χλγ χλμ χλσγρ χλστγρ χλστμ χλ χργρ χρημ χρον χρ χφ ψευδ ψυχαν
    ψυχιατρ ψυχολ ψυχ ωκεαν όμ όν ύψ 1Βσ 1Εσ 1Θσ 1Ιν 1Κρ 1Μκ 1Πρ 1Πτ 1Τμ 2Βσ 2Εσ 2Θσ 2Ιν 2Κρ 2Μκ 2Πρ 2Πτ 2Τμ
    3Βσ 3Ιν 3Μκ 4Βσ`,
  en: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col
    Comdr Con Corp Cpl DR Dr Drs Ens Gen Gov Hon Hr Hosp Insp Lt MM MR MRS MS Maj Messrs Mlle Mme Mr Mrs Ms
    Msgr Op Ord Pfc Ph Prof Pvt Rep Reps Res Rev Rt Sen Sens Sfc Sgt Sr St Supt Surg v vs rev Rs No# Nos Art#
    Nr pp# Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec`,
  es: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Apdo Av Bco Da Dep Dn Dr Dra Excmo Gral Let Lic Prof
    Pts Rte Sr Sra Srta Sta Sto Tel Ud Uds Vd Vds a/c adj admón afmo apdo av c cap cm cta dcha doc ej entlo
    esq etc grs izq kg km mg mm nÃºm núm p ptas pÃ¡gs pág págs s vid vol`,
  fi: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Å Ä Ö alik alil amir apul arkkit ass assist dipl dos
    erikoiseläinl erikoishammasl erikoisl erikoist evp fil ft hallinton hallintot hammaslääket jatk jääk
    kansaned kapt kenr kers kirjeenv kom komm konst korpr luutn maist maj Mr Mrs Ms neuv nimim prof pääll res
    san siht suom sähköp säv toht toim tuom ups vänr vääp ylik ylil ylim ylimatr yliop yliopp ylip yliv ent
    esim huom ilm l mm myöh nk nyk par po t v`,
  fr: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z b c d e f g h i j k l m n o p q r s t u v w x y z art
    ann apr av auj lib boul ca cf chap contr dir éd env al etc ex fasc fém fig fr hab ibid id inf masc MM ms
    n/réf pl pp SS sec sect sing sq sqq suiv sup suppl tél vb vol vs`,
  ga: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Á É Í Ó Ú Uacht Dr Co Cf cf r Chr lch# lgh# uimh#`,
  gu: `
    રૂ ડો ડૉ શ્રી એ બી સી ડી ઇ એફ જી એચ આઈ જે કે એલ એમ એન ઓ પી ક્યૂ આર એસ ટી યુ વી ડબલ્યુ એક્સ વાય ઝેડ ક ખ ગ
    ઘ ઙ ચ છ જ ઝ ઞ ટ ઠ ડ ઢ ણ ત થ દ ધ ન પ ફ બ ભ મ ય ર લ ળ વ શ ષ સ હ`,
  hi: `
    रु डॉ डा श्री टीवी ए ऐ बी सी डी ई ऐफ एफ जी ऐच एच आइ जे के ऐल एल ऐम एम ऐन एन ओ पी क्यू आर ऐस एस टी यू वी
    डब्ल्यू ऐक्स एक्स वाय वाई ज़ैड क ख ग घ ङ च छ ज झ ञ ट ठ ड ढ ण त थ द ध न प फ ब भ म य र ल व श ष स ह`,
  hu: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Á É Í Ó Ö Ő Ú Ü Ű Dr dr kb Kb vö Vö pl Pl ca Ca min
    Min max Max ún Ún prof Prof de De du Du Szt St jan# Jan# Feb# feb# márc# Márc# ápr# Ápr# máj# Máj# jún#
    Jún# Júl# júl# aug# Aug# Szept# szept# okt# Okt# nov# Nov# dec# Dec# tel# Tel# Fax# fax#`,
  is: `
    no No# nr# Nr# nR# NR# a b c d e f g h i j k l m n o p q r s t u v w x y z ^ í á ó æ A B C D E F G H I J
    K L M N O P Q R S T U V W X Y Z afs al alm alg andh ath aths atr ao au aukaf áfn áhrs ákv bh bls dr et ef
    efn ennfr eink end erl fél fskj fh físl fl fn fo forl frb frl frh frt fsl fsh fs fsk fst ft fv fyrrn
    fyrrv germ gm gr hdl hdr hf hl hlsk hljsk hljv hljóðv hr hv hvk holl Hos höf hk hrl ísl kaf kap Khöfn kk
    kg km kl klst kr kt kgúrsk kvk leturbr lh lo ltr mlja mljó millj mm mms miðm mgr mst mín nf nh nhm nl nk
    nmgr núv nt ohf ófn ób óákv pfn PR pr Ritstj Rvík Rvk samb samhlj samn sbr sek sérn sf sfn sh sk skv sl
    sn so samþ shlj sign skál st stk sþ teg tbl tfn tl tvíhlj tvt till to umr uh us uppl útg vb Vf vh vkf Vl
    vl vlf vmf 8vo vsk vth þt þf þjs þgf þlt þolm þm þml þýð`,
  it: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Adj Adm Adv Asst Avv Bart Bcc Bldg Brig Bros Capt Cc
    Cmdr Co Col Comdr Con Corp Cpl DR Dott Dr Drs Egr Ens Gen Geom Gov Hon Hosp Hr Id Ing Insp Lt MM MR MRS
    MS Maj Messrs Mlle Mme Mo Mons Mr Mrs Ms Msgr Op Ord Pfc Ph Prof Pvt RP RSVP Rag Rep Reps Res Rev Rif Rt
    Sen Sens Sfc Sgt Sig Sigg Soc Spett Sr St Supt Surg acc banc corr dott ecc fatt gg int lett ogg on post
    pp# racc ric seg sgg ss tel v vs rev No# Nos Art# Nr`,
  kn: `
    ರೂ ಡಾ ಶ್ರೀ ಎ ಬಿ ಸಿ ಡಿ ಇ ಎಫ್ ಜಿ ಹೆಚ್ ಎಚ್‌ ಐ ಜೆ ಕೆ ಎಲ್ ಎಂ ಎನ್ ಒ ಪಿ ಕ್ಯೂ ಆರ್ ಎಸ್ ಟಿ ಯು ವಿ ಡಬ್ಲ್ಯೂ ಎಕ್ಸ್ ವೈ
    ಜೆಡ್`,
  lt: `
    A Ā B C Č D E Ē F G Ģ H I Ī J K Ķ L Ļ M N Ņ O P Q R S Š T U Ū V W X Y Z Ž Dz Dž Just m mėn d g gim Pr Pn
    Pirm Antr Treč Ketv Penkt Šešt Sekm Saus Vas Kov Bal Geg Birž Liep Rugpj Rugs Spal Lapkr Gruod a adv akad
    aklg akt al aps apskr apyg asist asmv avd asm atsak atsisk sąsk aut b k bkl bt buv dail dek dėst dir
    dirig doc drp dš egz eil ekon el etc ež faks fak gen gyd gv įl Įn insp pan kand kat kyš kl kln kn koresp
    kpt kr kt kun l e p ltn mst mot mstl mgr mgnt mjr mln mlrd mok mokyt moksl nkt ntk Nr nr pav pavad pirm
    pl plg plk pr Kr prok prot pss pšt pvz r red rš sąs saviv sav sekr sen sk skg skyr skv sp spec sr st str
    stud š šnek tir tūkst up upl vad vlsč ved vet virš vyr vyresn vs Vt vt vtv vv žml air amer anat angl arab
    archeol archit astr austral av bažn bdv bibl biol bot brt brus buh chem col con conj dab dgs dial dipl
    dktv džn esam euf fam farm filol filos fin fiz fiziol flk fon fot geod geogr geol geom glžk gr gram her
    hidr ind iron isp ist istor it įv reikšm jap juok jūr kalb kar kas kin klaus knyg kom komp kosm kul kuop
    lit lingv log lot mat maž med medž men menk metal meteor min mit ms muz n neig neol niek ofic opt orig
    parl pat paž poet poez poligr polit ppr pranc priet prek prk prs psn psich rad rel ret rus sl sov sport
    stat sudurt sutr suv šach šiaur škot teatr tech techn teig teis tekst tel teol v t vaik vart vid vksm vns
    vok vulg zool žr ž ū Gerb gerb malon Prof prof Dr dr habil inž Inž No#`,
  lv: `
    A Ā B C Č D E Ē F G Ģ H I Ī J K Ķ L Ļ M N Ņ O P Q R S Š T U Ū V W X Y Z Ž dr Dr med prof Prof inž Inž
    vietn Vietn pārb Pārb vec Vec inv Inv sk Sk spec Spec vienk Vienk virz Virz māksl Māksl mūz Mūz akad Akad
    soc Soc galv Galv vad Vad sertif Sertif folkl Folkl hum Hum Nr#`,
  ml: `ഡോ ശ്രീ എ ബി സി ഡി ഇ എഫ് ജി എച്ച് ഐ ജെ കെ എൽ എം എൻ ഒ ക്യൂ ആർ എസ് ടി യു വി ഡബ്ല്യു എക്സ് വൈ സെഡ്`,
  mni: `দা এ বি সি ডি ই এফ জি এইচ আম জে কে এল এম এন হে পি কিউ আর এস টি ইউ ডব্লু এক্স ওয়াই জেড`,
  mr: `
    रु डॉ डा श्री ए ऐ बी सी डी ई ऐफ एफ जी ऐच एच आइ जे के ऐल एल ऐम एम ऐन एन ओ पी क्यू आर ऐस एस टी यू वी
    डब्ल्यू ऐक्स एक्स वाय वाई ज़ैड क ख ग घ ङ च छ ज झ ञ ट ठ ड ढ ण त थ द ध न प फ ब भ म य र ल व श ष स ह`,
  nl: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bacc bc bgen dhr dr drs ds eint fa Fa fam gen genm
    ing ir jhr jkvr jr kand kol lgen lkol Lt maj Mej mevr Mme mr Mw plv prof ritm tint Vz bijv bijz bv ev Nr#
    nrs nr#`,
  or: `ରୀ କ ଖ ଗ ଘ ଙ ଚ ଛ ଜ ଝ ଞ ଟ ଠ ଡ ଢ ଣ ତ ଥ ଦ ଧ ନ ପ ଫ ବ ଵ ଭ ମ ଯ ୟ ର ଲ ଳ ୱ ଶ ଷ ସ ହ`,
  pa: `
    ਡਾ ਪ੍ਰੋ ਸ੍ਰੀ ਏ ਬੀ ਸੀ ਡੀ ਈ ਐੱਫ ਜੀ ਐਚ ਆਈ ਜੇ ਕੇ ਐਲ ਐੱਮ ਐੱਨ ਓ ਪੀ ਕੀਓ ਆਰ ਐੱਸ ਸ ਟੀ ਯੂ ਵੀ ਡਬਲਿਊ ਐਕ੍ਸ ਵਾਈ ਜ਼ੈਡ ਕ ਖ
    ਗ ਘ ਙ ਚ ਛ ਜ ਝ ਞ ਟ ਠ ਡ ਢ ਣ ਤ ਥ ਦ ਧ ਨ ਪ ਫ ਬ ਭ ਮ ਯ ਰ ਲ ਵ ੜ ਹ`,
  pl: `
    adw afr akad al Al am amer arch art Art artyst astr austr bałt bdb bł bm br bryg bryt centr ces chem chiń
    chir cyg cyw cyt czes czw cd Cd czyt ćw ćwicz daw dcn dekl demokr det diec dł dn dot dol dop dost dosł ds
    dst duszp dypl egz ekol ekon elektr em ew fab farm fot fr gat gastr geogr geol gimn głęb gm godz górn
    gosp gr gram hist hiszp hr Hr hot id in im iron jn kard kat katol kk kol kl kpc kpt kr krak kryt kult
    laic łac niem woj nb np Nb Np pol pow pt ps Pt Ps cdn jw ryc rys Ryc Rys tj tzw Tzw tzn zob ang ub ul pw
    pn pl k n nr# Nr# ww wł ur zm żyd żarg żyw wył bp wyst tow Tow o sp Sp st spółdz Spółdz społ spółgł stoł
    stow Stoł Stow zn zew zewn zdr zazw zast zaw zał zal zam zak zakł zagr zach Adw lek Lek med mec Mec doc
    Doc dyw dyr Dyw Dyr inż Inż mgr Mgr dh dr Dh Dr p P red Red prof prok Prof Prok hab płk Płk nadkom Nadkom
    podkom Podkom ks Ks gen Gen por Por reż Reż przyp Przyp śp św śW Śp Św ŚW szer Szer pkt# str# tab# Tab#
    tel ust# par# poz pok oo oO Oo OO r# l# s# najśw Najśw A B C D E F G H I J K L M N O Q R S T U V W X Y Z
    Ś Ć Ż Ź Dz`,
  pt: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z a b c d e f g h i j k l m n o p# q r s t u v w x y z
    II III IV VI VII VIII IX XI XII XIII XIV XV XVI XVII XVIII XIX XX ii iii iv vi vii viii ix xi xii xiii
    xiv xv xvi xvii xviii xix xx Adj Adm Adv Art# Ca Capt Cmdr Col Comdr Con Corp Cpl DR DRA Dr Dra Dras Drs
    Eng Enga Engas Engos Ex Exo Exmo Fig Gen Hosp Insp Lda MM MR MRS MS Maj Mrs Ms Msgr Op Ord Pfc Ph Prof
    Pvt Rep Reps Res Rev Rt Sen Sens Sfc Sgt Sr Sra Sras Srs Sto Supt Surg adj adm adv art cit col con corp
    cpl dr dra dras drs eng enga engas engos ex exo exmo fig op prof sr sra sras srs sto vs rev No# Nos Nr
    pp#`,
  ro: `A B C D E F G H I J K L M N O P Q R S T U V W X Y Z dpdv etc șamd dl Dl d-na D-na dvs Dvs pt Pt`,
  ru: `
    А Б В Г Д Е Ж З И Й К Л М Н О П Р С Т У Ф Х Ц Ч Ш Щ Ъ Ы Ь Э Ю Я A B C D E F G H I J K L M N O P Q R S T U
    V W X Y Z 0гг 1гг 2гг 3гг 4гг 5гг 6гг 7гг 8гг 9гг 0г 1г 2г 3г 4г 5г 6г 7г 8г 9г Xвв Vвв Iвв Lвв Mвв Cвв
    Xв Vв Iв Lв Mв Cв 0м 1м 2м 3м 4м 5м 6м 7м 8м 9м 0мм 1мм 2мм 3мм 4мм 5мм 6мм 7мм 8мм 9мм 0см 1см 2см 3см
    4см 5см 6см 7см 8см 9см 0дм 1дм 2дм 3дм 4дм 5дм 6дм 7дм 8дм 9дм 0л 1л 2л 3л 4л 5л 6л 7л 8л 9л 0км 1км 2км
    3км 4км 5км 6км 7км 8км 9км 0га 1га 2га 3га 4га 5га 6га 7га 8га 9га 0кг 1кг 2кг 3кг 4кг 5кг 6кг 7кг 8кг
    9кг 0т 1т 2т 3т 4т 5т 6т 7т 8т 9т 0мг 1мг 2мг 3мг 4мг 5мг 6мг 7мг 8мг 9мг бульв в вв г га гг гл гос д дм
    доп др е ед зам и инд исп Исп к кап кг кв кл км кол комн коп куб л лиц лл м макс мг мин мл млн млрд мм н
    наб нач неуд ном о обл обр общ ок ост отл п пер перераб пл пос пр просп проф р ред руб с сб св см соч ср
    ст стр т тел Тел тех тт туп тыс уд ул уч физ х хор ч чел шт экз э`,
  sk: `
    Bc Mgr RNDr PharmDr PhDr JUDr PaedDr ThDr Ing MUDr MDDr MVDr Dr ThLic PhD ArtD DrSc CSs prof obr Obr Č č
    absol adj admin adr Adr adv advok afr ak akad akc akuz et al alch amer anat angl Angl anglosas anorg ap
    apod arch archeol archit arg art astr astrol astron atp atď austr Austr aut belg Belg bibl Bibl biol bot
    bud bás býv cest chem cirk csl čs Čs dat dep det dial diaľ dipl distrib dokl dosl dopr dram duš dv dvojčl
    dór ekol ekon el elektr elektrotech energet epic est etc etonym eufem európ Európ ev evid expr fa fam
    farm fem feud fil filat filoz fi fon form fot fr Fr franc Franc fraz fut fyz fyziol garb gen genet genpor
    geod geogr geol geom germ gr Gr gréc Gréc gréckokat hebr herald hist hlav hosp hromad hud hypok ident imp
    impf indoeur inf inform instr int interj inšt inštr iron jap Jap jaz jedn juhoamer juhových juhozáp juž
    kanad Kanad kanc kapit kpt kart katastr knih kniž komp konj konkr kozmet krajč kresť kt kuch lat
    latinskoamer lek lex lingv lit litur log lok max Max maď Maď medzinár mest metr mil Mil min Min miner ml
    mld mn mod mytol napr nar Nar nasl nedok neg negat neklas nem Nem neodb neos neskl nesklon nespis nespráv
    neved než niekt niž nom náb nákl námor nár obch obj obv obyč obč občian odb odd ods ojed okr Okr opt opyt
    org os osob ot ovoc par part pejor pers pf pl Plk pod podst pokl polit politol polygr pomn popl por porad
    porov posch potrav použ poz pozit poľ poľno poľnohosp poľov pošt pož prac predl pren prep preuk priezv
    Priezv privl práv príd príj prík príp prír prísl príslov príč psych publ pís písm pôv refl reg rep resp
    rozk rozlič rozpráv roč Roč ryb rádiotech rím samohl semest sev severoamer severových severozáp sg skr
    skup sl Sloven soc soch sociol sp spol Spol spoloč spoluhl správ spôs st star starogréc starorím stol
    stor str stredoamer stredoškol subj subst superl sv sz súkr súp súvzť tal Tal tech tel Tel telef teles
    telev teol trans turist tuzem typogr tzn tzv ukaz ul Ul umel univ ust ved vedľ verb veter vin viď vl vod
    vodohosp pnl vulg vyj vys vysokoškol vzťaž vôb vých výd výrob výsk výsl výtv výtvar význ včel vš všeob
    zahr zar zariad zast zastar zastaráv zb zdravot združ zjemn zlat zn Zn zool zr zried zv záhr zák zákl zám
    záp západoeur zázn územ účt čast čes Čes čl čísl živ pr fak Kr A B C D E F G H I J K L M N O P Q R S T U
    V W X Y Z`,
  sl: `
    dr Dr itd itn št# Št# d jan Jan feb Feb mar Mar apr Apr jun Jun jul Jul avg Avg sept Sept sep Sep okt Okt
    nov Nov dec Dec tj Tj npr Npr sl Sl op Op gl Gl oz Oz prev dipl ing prim Prim cf Cf A B C D E F G H I J K
    L M N O P Q R S T U V W X Y Z`,
  sv: `
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Å Ä AB VG dvs etc from iaf jfr kl kr mao mfl mm osv
    pga tex tom vs adv jur kand mag fil lic prop d f s mha vol jan feb mar apr jun jul aug sep okt nov dec`,
  ta: `
    ர ூ திரு ஏ பீ சீ டீ ஈ எஃப் ஜீ எச் ஹெச் ஐ ஜே ஜை கே எல் எம் என் ஓ ப்பீ கியூ ஆர் எஸ் ட்டீ யூ வீ டபிள்-யூ
    எக்ஸ் வை செட்`,
  te: `
    ర ూ శ్రీ ఎ బి సి డి ఇ ఎఫ్ జి హెచ్‌ ఐ జె కె ఎల్ ఎం ఎమ్ ఎన్ ఓ పి క్యూ ఆర్ ఎస్ టి యు వి డబ్ల్యూ ఎక్స్ వై
    జెడ్`,
  zh: `A Ā B C Č D E Ē F G Ģ H I Ī J K Ķ L Ļ M N Ņ O P Q R S Š T U Ū V W X Y Z Ž No# Nr#`,
};

/** Languages that share the list of another. */
export const SAME_LISTS: Readonly<Record<string, string>> = { bn: 'as', et: 'fi', tdt: 'pt', yue: 'zh' };
