import type { Form } from "./forms.ts";

/** What is looked for with its signs: marks between the turns of a conversation, answers as a machine writes them, text that acts where it is shown. */
export const markForms: readonly Form[] = [
  {
    name: "imitates the marks of a conversation",
    points: 35,
    // ChatML, Llama 2 to 4, gpt-oss, Gemma, Phi, Mistral, DeepSeek, Qwen, Cohere, Alpaca and Claude, by their published templates.
    form: /<\|[a-z][a-z0-9_▁ ]{1,30}\|>|\[\/?INST\]|<<\/?SYS>>|\[\/?(?:TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS|SYSTEM_PROMPT)\]|<\/?(?:tool_results?|tool_calls?|tool_use|tool_response|function_(?:calls?|results?)|antml:\w+|im_(?:start|end)|start_of_turn|end_of_turn|think|thinking|system[-_ ]?(?:reminder|prompt|message|instructions?|note|override)|assistant_response|user_query)\b|(?:^|\n|\\n|\s)#{2,3}\s{0,8}(?:system|developer|assistant|human|instructions?|response|input|user|new instructions?)\s{0,8}:|(?:\n|\\n)\s{0,8}(?:developer|assistant|human)\s{0,8}:\s|<(?:assistant|human)>|\[(?:system|developer|assistant|admin)(?: (?:prompt|instruction|override|directive)s?)\]/i,
  },
  {
    name: "begins like a turn of a conversation",
    points: 20,
    form: /(?:^|\n|\\n|<!--|["'>\]])\s{0,8}(?:system|developer|assistant|human)\s{0,8}:\s|^\W*(?:system|developer|admin) (?:note|message|notice)\s{0,8}:|\[(?:system|developer)\]/i,
  },
  {
    name: "imitates an answer of a machine",
    points: 30,
    form: /["']?(?:verdict|counter_evidence|supports_if|refuted_if|is_malicious|malicious|is_benign|false_positive|is_false_positive)["']?\s{0,8}[:=]\s{0,8}["']?(?:refuted|benign|supported|inconclusive|harmless|clean\b|false_positive|\[)|["'](?:is_malicious|malicious|is_threat|suspicious|isMalicious)["']\s{0,8}:\s{0,8}(?:false|0)|["'](?:is_benign|false_positive|is_false_positive|isBenign)["']\s{0,8}:\s{0,8}(?:true|1)|["'](?:tool_use_id|tool_call_id|stop_reason|finish_reason)["']\s{0,8}:|["']type["']\s{0,8}:\s{0,8}["'](?:tool_result|tool_use|function_call)["']|["']role["']\s{0,8}:\s{0,8}["'](?:system|assistant|developer|tool)["']/i,
  },
  {
    name: "imitates the call of a tool",
    points: 30,
    form: /\b(?:close|suppress|delete|dismiss|resolve|mark|update|submit|set)_(?:finding|alert|incident|case|hunt|detection|verdict)s?\b\s{0,8}[({]|<invoke name=|\b(?:send_mail|send_email|run_query|run_sql|http_request|web_fetch)\s{0,8}\(/i,
  },
  {
    name: "carries an image or a link for whoever shows it",
    points: 30,
    form: /!\[[^\]\n]{0,200}\]\(\s{0,8}<?(?:https?:)?\/\/[^)\s]*\?|\[[^\]\n]{0,120}\b(?:benign|approved|safe|verified|harmless|false positive|resolved)\b[^\]\n]{0,120}\]\(\s{0,8}<?(?:https?:|javascript:)/i,
  },
  {
    name: "carries a formula for a spreadsheet",
    points: 30,
    form: /^\s{0,8}["']?[=+\-@](?:HYPERLINK|IMPORTXML|IMPORTDATA|IMPORTHTML|IMPORTFEED|IMAGE|WEBSERVICE|DDE|CALL|EXEC)\s{0,8}\(|^\s{0,8}["']?[=+\-@]\s{0,8}\w+\|['"]?\s{0,8}\/c/i,
  },
  {
    name: "carries codes that a terminal obeys",
    points: 30,
    // Titles, links, clipboards and a cleared screen; not colours, which programs write every day.
    form: /(?:(?!\s)\p{Cc}|\\x1b|\\e|\\033)(?:\](?:\d{1,4};)|\[(?:\d*J|\d*;?\d*H|\?\d+[hl]|\d*[ABK]))/u,
  },
  { name: "carries a template for a program to fill", points: 25, form: /(?:\{\{|\$\{|<%=|#\{)\s{0,8}\d+\s{0,8}\*\s{0,8}\d+/ },
  { name: "carries a handler that a page would run", points: 15, form: /<[a-z]+[^>]{0,300}[\s/]on[a-z]{4,}\s{0,8}=/i },
  { name: "carries an address that is a program", points: 15, form: /\bjavascript:\s{0,8}\w|\bdata:text\/html\b|\bvbscript:/i },
  {
    name: "carries markup with an address of its own",
    points: 15,
    form: /<(?:script|iframe|svg|object|embed|link|meta|base|form|img)\b[^>]{0,300}(?:src|href|data|action|xlink:href)\s{0,8}=\s{0,8}["']?(?:https?:)?\/\/|<(?:script|iframe|svg|style)\b/i,
  },
  {
    name: "hides words from a reader's eyes",
    points: 15,
    form: /(?:display\s{0,8}:\s{0,8}none|visibility\s{0,8}:\s{0,8}hidden|font-size\s{0,8}:\s{0,8}0|opacity\s{0,8}:\s{0,8}0\b|color\s{0,8}:\s{0,8}(?:white|transparent|#fff\b|#ffffff))|<!--|\[\/\/\]:\s{0,8}#|url\(\s{0,8}["']?https?:/i,
  },
  {
    name: "names pages as proof",
    points: 20,
    form: /\[[^\]\n]{1,80}\]\[\^?\w+\][^\n]*(?:<https?:|\]\(https?:)|\[\^\w+\][^\n]*\]\(https?:/i,
  },
];
