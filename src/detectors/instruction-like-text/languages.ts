import type { Form } from "./forms.ts";
import { withoutAccents } from "./words.ts";

interface Language {
  /** To set aside; what is set aside; to judge; a verdict that clears. Stems: a word may go on after each. */
  readonly aside: readonly string[];
  readonly instructions: readonly string[];
  readonly judge: readonly string[];
  readonly cleared: readonly string[];
  /** Whole phrases that ask for silence. */
  readonly silence: readonly string[];
}

const languages: readonly Language[] = [
  // German
  {
    aside: ["ignorier", "vergiss", "vergesst", "vergessen sie", "missacht", "verwirf", "ubergeh", "beachte nicht"],
    instructions: [
      "anweisung",
      "vorgabe",
      "anleitung",
      "instruktion",
      "befehle",
      "weisung",
      "systemprompt",
      "eingabeaufforderung",
    ],
    judge: [
      "markier",
      "klassifizier",
      "kennzeichne",
      "stuf",
      "einstuf",
      "bewert",
      "behandel",
      "melde",
      "betracht",
      "erklare",
      "schliess",
    ],
    cleared: ["harmlos", "gutartig", "unbedenklich", "fehlalarm", "ungefahrlich", "falsch positiv"],
    silence: ["melde nicht", "melden sie nicht", "nicht untersuchen", "nicht erwahnen", "erwahne nicht", "untersuche nicht"],
  },
  // French
  {
    aside: [
      "ignore",
      "ignorez",
      "oublie",
      "neglige",
      "ne tiens pas compte",
      "ne tenez pas compte",
      "fais abstraction",
      "faites abstraction",
    ],
    instructions: [
      "instructions precedentes",
      "instructions anterieures",
      "instructions ci dessus",
      "consigne",
      "directives",
      "toutes les instructions",
      "tes instructions",
      "vos instructions",
    ],
    judge: ["marque", "classe", "considere", "traite", "signale", "declare", "qualifie"],
    cleared: ["benin", "benigne", "inoffensi", "faux positif", "sans danger", "legitime"],
    silence: [
      "ne signale pas",
      "ne signalez pas",
      "ne mentionne pas",
      "ne mentionnez pas",
      "ne rapporte pas",
      "ne rapportez pas",
      "ne signalez rien",
      "ne signale rien",
    ],
  },
  // Spanish
  {
    aside: [
      "ignora",
      "ignore",
      "olvida",
      "olvide",
      "descarta",
      "descarte",
      "haz caso omiso",
      "haga caso omiso",
      "omite",
      "omita",
    ],
    instructions: ["instrucci", "ordenes", "directrices", "indicaciones"],
    judge: [
      "marca",
      "marque",
      "clasifi",
      "considera",
      "considere",
      "trata",
      "trate",
      "informa",
      "reporta",
      "reporte",
      "etiqueta",
    ],
    cleared: ["benign", "inofensiv", "falso positivo", "falsos positivos", "legitim", "inocu"],
    silence: ["no informes", "no informe de", "no reportes", "no lo reportes", "no menciones", "no investigues", "no alertes"],
  },
  // Portuguese
  {
    aside: ["ignore", "ignora", "esqueca", "desconsider", "despreze"],
    instructions: ["instrucao", "instrucoes", "ordens", "diretrizes", "orientacoes"],
    judge: ["marque", "classifi", "considere", "trate", "relate", "rotule"],
    cleared: ["benign", "inofensiv", "falso positivo", "falsos positivos", "legitim"],
    silence: ["nao relate", "nao mencione", "nao investigue", "nao reporte", "nao alerte"],
  },
  // Italian
  {
    aside: ["ignora", "dimentica", "trascura", "tralascia", "non considerare"],
    instructions: ["istruzion", "direttiv", "indicazioni"],
    judge: ["contrassegn", "classific", "consider", "segnal", "etichett", "tratt", "marca"],
    cleared: ["benign", "innocu", "falso positivo", "falsi positivi", "legittim"],
    silence: ["non segnalare", "non riferire", "non menzionare", "non indagare"],
  },
  // Dutch
  {
    aside: ["negeer", "vergeet", "negeren"],
    instructions: ["instructie", "opdrachten", "aanwijzing", "richtlijn"],
    judge: ["markeer", "classificeer", "beschouw", "behandel", "bestempel"],
    cleared: ["goedaardig", "onschuldig", "vals positie", "ongevaarlijk", "onschadelijk"],
    silence: ["meld dit niet", "niet melden", "niet onderzoeken", "rapporteer niet"],
  },
  // Swedish, Danish, Norwegian
  {
    aside: ["ignorera", "ignorer", "bortse", "glom", "glem", "se bort fra"],
    instructions: ["instruktion", "instruks", "anvisning"],
    judge: ["markera", "marker", "klassificera", "klassifiser", "betrakta", "betragt"],
    cleared: ["godartad", "godartet", "ofarlig", "harmlos", "falskt positiv", "falsk positiv"],
    silence: ["rapportera inte", "rapporter ikke"],
  },
  // Polish, Czech
  {
    aside: ["zignoruj", "ignoruj", "zapomnij", "zapomen", "pomin"],
    instructions: ["instrukc", "polecen", "wytyczn", "pokyn"],
    judge: ["oznacz", "sklasyfikuj", "uznaj", "traktuj", "oznac", "klasifikuj", "povazuj"],
    cleared: ["niegrozn", "nieszkodliw", "falszywie pozytywn", "falszywy alarm", "neskodn", "falesne pozitivni"],
    silence: ["nie zglaszaj", "nie raportuj", "nehlas"],
  },
  // Russian, Ukrainian
  {
    aside: ["игнориру", "проигнориру", "забудь", "не обращай внимания", "отбрось", "пренебреги", "ігноруй", "проігноруй"],
    instructions: ["инструкц", "указани", "команды", "приказ", "правила", "директив", "інструкц", "вказівк"],
    judge: ["отмет", "помет", "классифициру", "считай", "признай", "оцени", "познач", "вважай", "закрой"],
    cleared: [
      "безвредн",
      "безопасн",
      "доброкачествен",
      "ложное срабатыв",
      "ложные срабатыв",
      "ложным срабатыв",
      "легитимн",
      "нешкідлив",
      "безпечн",
    ],
    silence: ["не сообщай", "не докладывай", "не упоминай", "не расследуй", "не повідомляй"],
  },
  // Turkish: what is set aside stands before the verb
  {
    aside: ["yok say", "gormezden gel", "gozardi et", "goz ardi et", "dikkate alma", "unut"],
    instructions: ["talimat", "yonerge", "komutlari"],
    judge: ["isaretle", "siniflandir", "kabul et", "raporla"],
    cleared: ["zararsiz", "iyi huylu", "yanlis pozitif"],
    silence: ["raporlama", "bildirme"],
  },
  // Indonesian, Vietnamese, Welsh
  {
    aside: ["abaikan", "lupakan", "bo qua", "anwybydd"],
    instructions: ["instruksi", "perintah", "petunjuk", "huong dan", "chi dan", "cyfarwydd"],
    judge: ["tandai", "klasifikasikan", "anggap", "danh dau"],
    cleared: ["tidak berbahaya", "jinak", "vo hai", "an toan"],
    silence: ["jangan laporkan", "khong bao cao"],
  },
  // Greek
  {
    aside: ["αγνοησ", "ξεχασ", "αγνοηστε"],
    instructions: ["οδηγι", "εντολ"],
    judge: ["σημειωσ", "χαρακτηρισ", "θεωρησ"],
    cleared: ["αβλαβ", "ακινδυν", "ψευδως θετικ"],
    silence: ["μην αναφερ"],
  },
  // Arabic, Persian, Hebrew
  {
    aside: ["تجاهل", "انس ", "نادیده بگیر", "התעלם", "תתעלם", "שכח"],
    instructions: ["التعليمات", "تعليمات", "الأوامر", "الإرشادات", "دستور", "ההוראות", "הוראות", "הנחיות"],
    judge: ["صنف", "اعتبر", "ضع علامة", "علامت", "סמן", "סווג"],
    cleared: ["حميد", "غير ضار", "آمن", "إيجابي كاذب", "بی خطر", "שפיר", "לא מזיק", "חיובי שגוי"],
    silence: ["لا تبلغ", "لا تذكر", "אל תדווח"],
  },
  // Hindi
  {
    aside: ["अनदेखा", "नज़रअंदाज", "नजरअंदाज", "भूल जा"],
    instructions: ["निर्देश", "आदेश"],
    judge: ["चिह्नित", "वर्गीकृत"],
    cleared: ["हानिरहित", "सौम्य"],
    silence: ["रिपोर्ट न करें", "रिपोर्ट मत करो"],
  },
  // Chinese, Japanese, Korean: no blanks between words
  {
    aside: ["忽略", "无视", "無視", "忘记", "忘記", "忽視", "不要理会", "忘れ", "무시", "잊어"],
    instructions: ["指令", "指示", "说明", "說明", "提示词", "提示", "命令", "プロンプト", "지시", "명령", "지침", "프롬프트"],
    judge: [
      "标记",
      "標記",
      "视为",
      "視為",
      "判定",
      "归类",
      "歸類",
      "认定",
      "标注",
      "分类",
      "分類",
      "マーク",
      "みな",
      "扱",
      "表示",
      "표시",
      "분류",
      "간주",
      "보고",
    ],
    cleared: ["良性", "无害", "無害", "误报", "誤報", "誤検知", "安全", "正常", "問題なし", "무해", "오탐", "양성"],
    silence: ["不要报告", "不要報告", "请勿报告", "无需调查", "不要调查", "不要上报", "報告しない", "報告するな", "보고하지 마"],
  },
];

const plain = (stem: string): string => withoutAccents(stem);
const choice = (stems: readonly string[]): string => `(?:${stems.map(plain).join("|")})`;
const together = (one: readonly string[], other: readonly string[]): RegExp => {
  const [a, b] = [choice(one), choice(other)];
  // Both orders: German and Turkish put the verb last. Where words are not parted by blanks a stem may stand anywhere.
  const isSpaced = one.every((stem) => !/[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/.test(stem));
  const start = isSpaced ? " " : "";
  // Nothing but letters and single blanks stands in plain words; a class of all letters would take seconds to compile.
  const between = isSpaced ? "[^ ]*(?: [^ ]+){0,5}" : ".{0,16}?";
  return new RegExp(`${start}${a}${between}${start}${b}|${start}${b}${between}${start}${a}`);
};

/** Orders in other languages than English, over plain words. */
export const foreignForms: readonly Form[] = languages.flatMap(({ aside, instructions, judge, cleared, silence }): Form[] => [
  { name: "sets earlier instructions aside, in another language", points: 40, form: together(aside, instructions) },
  { name: "asks for a verdict, in another language", points: 30, form: together(judge, cleared) },
  {
    name: "asks to leave something out, in another language",
    points: 30,
    form: new RegExp(`${/[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/.test(silence.join("")) ? "" : " "}${choice(silence)}`),
  },
]);

/** Stems of other languages for the engine, in lower case and without accents: an order holds one of the first two lists' each, or of the last. */
export const foreignStems = {
  aside: [...new Set(languages.flatMap(({ aside, judge }) => [...aside, ...judge]).map(plain))].sort(),
  objects: [...new Set(languages.flatMap(({ instructions, cleared }) => [...instructions, ...cleared]).map(plain))].sort(),
  silence: [...new Set(languages.flatMap(({ silence }) => silence).map(plain))].sort(),
};
