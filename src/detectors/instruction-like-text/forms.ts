/** A sign that a text is meant for a machine that reads logs, and its points. A text of 30 points and more is told of. */
export interface Sign {
  readonly name: string;
  readonly points: number;
}

export interface Form extends Sign {
  readonly form: RegExp;
}

// Not "message", "order" or "rule": people ask each other every day to disregard an earlier mail or order.
const told = "instructions?|prompts?|guidelines?|directives?|system messages?|safety (?:rules|measures|policies)|guardrails?";
// What a machine of this kind would be called by who wants to be heard by it.
const machine =
  "ai|a i|llms?|ai (?:assistant|agent|analyst|model|system|reviewer)s?|language models?|assistants?|chatbots?|claude|chatgpt|gpt(?: \\d+)?|copilot|gemini|automated (?:analyst|system|reader|agent|reviewer|analysis)s?|security (?:ai|agent|bot|copilot)|soc (?:ai|agent|bot|copilot)|triage (?:ai|agent|bot|model)|machine readers?";
// Words that clear without doubt, and words that clear only where they are said of a record.
const cleared =
  "benign|harmless|innocuous|false positives?|refuted|not malicious|non malicious|not an attack|not a threat|not suspicious|safe to ignore|safe to close|no malicious activity|known good|nothing suspicious|nothing to see|nothing malicious|no threats?|no risk|no finding";
const weaklyCleared = `${cleared}|safe|clean|trusted|legitimate|legit|authori[sz]ed|approved|expected|informational|resolved|closed|routine|normal|low (?:severity|priority|risk)|(?:whitelisted|allow ?listed)`;
const record =
  "alerts?|findings?|events?|activity|activities|hosts?|traffic|records?|users?|incidents?|detections?|log(?:s| entry| entries| lines?)?|process(?:es)?|devices?|sessions?|connections?|log ?ins?|log ?ons?|sign ?ins?|behaviou?r|case|beacon(?:s|ing)?|entr(?:y|ies)|hunt|ip|address|domain|account|sequence|rows?";
const which = "this|these|it|that|those|all|any|every|everything|the|its|our|such";
const authority =
  "soc(?: manager| team| lead)?|analysts?|security(?: team| lead| operations| engineering)?|ciso|red team|blue team|it (?:department|team|security)|incident response|the vendor|vendor|administrators?|management|helpdesk|threat intel(?:ligence)?(?: team)?|compliance|mssp";
const asked =
  "mark|classify|categori[sz]e|label|tag|flag|treat|report|rate|score|grade|assess|judge|deem|regard|conclude|determine|consider|close|calls?|confirm|assume|triage|resolve|downgrade|declare|record|rule|state|say|answer|respond|reply|output|return|dismiss";

/** Orders in English, over plain words: single blanks part them, so that hyphens, underscores, dots and plus signs part words too. */
export const forms: readonly Form[] = [
  {
    name: "sets earlier instructions aside",
    points: 40,
    form: new RegExp(
      `\\b(?:ignor\\w*|disregard\\w*|forget|overrid\\w*|bypass|discard|overlook|override|supersede[sd]?|nullif\\w+|unlearn|pay no attention to|set aside|(?:do not|don t|stop|no longer|never) (?:follow|obey|heed|comply with|adhere to)(?:ing)?)\\b(?: \\w+){0,4} (?:previous|prior|above|earlier|preceding|later|all|any|your|system|the|existing|original|initial|other)(?: \\w+){0,3} (?:${told})\\b`,
    ),
  },
  {
    name: "sets earlier instructions aside",
    points: 40,
    form: new RegExp(
      `\\b(?:skip|drop|delete|erase|clear|abandon|cancel|replace|reset|suspend|remove)\\b(?: \\w+){0,3} (?:your (?:previous |prior |earlier |current |original |system |initial )?|(?:previous|prior|preceding|earlier) (?:system )?)(?:${told})\\b`,
    ),
  },
  {
    name: "sets aside what was said before",
    points: 40,
    form: /\b(?:ignor\w*|disregard\w*|forget) (?:everything|all|anything|whatever)(?: \w+){0,3} (?:above|before this|previously|beforehand|so far|until now|up to now|(?:were|been|was|being) (?:told|said|instructed|taught|given|asked)|told|instructed)\b|\b(?:ignor\w*|disregard\w*) the (?:above|preceding|foregoing)\b|\b(?:previous|prior|above|earlier|preceding|existing|original|system) (?:\w+ )?(?:instructions?|prompts?|directives?|guidelines?) (?:\w+ ){0,3}(?:void|revoked|cancelled|canceled|obsolete|superseded|overridden|replaced|invalid|null|no longer (?:apply|valid)|expired|do not apply)\b/,
  },
  {
    name: "gives a machine new orders",
    points: 30,
    form: new RegExp(
      `\\b(?:new|updated|revised|real|actual|additional|special|urgent|important|following|hidden|secret) (?:system )?(?:instructions?|directives?|orders?|prompts?|task|objective) (?:for|to) (?:the |any |all |an? )?(?:${machine})\\b|\\b(?:system|admin|administrator|developer|root) override\\b(?: \\w+){0,8} (?:report|verdict|benign|findings?|alerts?|respond|ignore|instructions)\\b|\\bnew (?:system )?(?:instructions?|directive)s? (?:is|are|follows?|mark|ignore|report|classify|treat|respond|output|say|close)\\b|\\byour (?:new|real|actual|only|true) (?:task|objective|goal|instructions?|role|directive|mission|purpose) (?:is|are|now|will)\\b`,
    ),
  },
  {
    name: "asks for a verdict",
    points: 30,
    form: new RegExp(`\\b(?:${asked})\\b(?: \\w+){0,8} (?:${cleared.replace("|false positives?", "")})\\b`),
  },
  {
    name: "asks for a verdict",
    points: 30,
    // With a word between: a product's own button says "mark as false positive".
    form: /\b(?:mark|classify|categori[sz]e|label|tag|treat|report|rate|score|conclude|consider|close|calls?|confirm|assess|judge|deem|resolve|record|dismiss|respond|answer|say|state|assume)\b (?!as |a )\w+(?: \w+){0,7} false positives?\b/,
  },
  {
    name: "names a false alarm",
    points: 20,
    form: /\b(?:mark|close|classify|report|flag|treat|confirm)(?:ed)?(?: as)?(?: an?)? false positives?\b/,
  },
  {
    name: "asks for a verdict",
    points: 30,
    form: new RegExp(
      `\\b(?:mark|classify|categori[sz]e|label|tag|treat|rate|score|triage|deem|conclude|downgrade|consider|assess|judge|regard|close|assume|resolve)\\b(?: that)? (?:${which})(?: \\w+){0,4} (?:${record}|as|is|are|be|to)(?: \\w+){0,4} (?:as|is|are|be|to|with)(?: \\w+){0,2} (?:${weaklyCleared})\\b`,
    ),
  },
  {
    name: "asks for a verdict",
    points: 30,
    form: /\b(?:set|assign|change|lower|reduce|downgrade|adjust|give)(?: \w+){0,3} (?:verdict|severity|confidence|risk(?: score)?|priority|score)(?: \w+){0,4} (?:to|as|of|at|equals)(?: \w+)? (?:low|lowest|0|zero|none|benign|informational|info|minimal|minimum|nil|safe)\b/,
  },
  {
    name: "gives a verdict in a log",
    points: 30,
    // Without "is" between it is the heading of a newspaper, unless it is said over and over.
    form: /\b(?:verdict|conclusion|assessment|classification|disposition|final answer) (?:is|was|should be|must be|shall be|equals|as|of) (?:benign|refuted|harmless|not malicious|a? ?false positive|inconclusive|no threat|safe|clean)\b|\bverdict refuted\b|(?:verdict benign ){2}|\b(?:is|was) the benign verdict\b/,
  },
  {
    name: "says that a matter was judged",
    points: 30,
    form: /\b(?:closed|approved|resolved|verified|cleared|whitelisted|confirmed|reviewed|classified|dispositioned|marked|assessed|deemed|determined|certified|validated|known|documented)\b(?: by (?:the )?\w+(?: \w+)?)?(?: (?:as|to be))(?: an?)? (?:benign|harmless|false positives?|not malicious|non malicious|safe|legitimate|no threat|authori[sz]ed)\b|\bsoc manager approved\b|\bconfirmed (?:benign|harmless|false positives?)\b/,
  },
  {
    name: "says that a matter was judged",
    points: 30,
    form: new RegExp(
      `\\b(?:${authority})(?: \\w+){0,3} (?:confirm(?:s|ed)?|verif(?:y|ies|ied)|approve[sd]?|determine[sd]?|conclude[sd]?|reviewed|validate[sd]?|certifie[sd]|cleared|authori[sz]e[sd]?|signed off|investigated|assessed|decided|agreed?|marked|classified|deemed|whitelisted|vouch\\w*)\\b(?: \\w+){0,8} (?:${weaklyCleared})\\b`,
    ),
  },
  {
    name: "says that something is harmless",
    points: 30,
    form: new RegExp(
      `\\b(?:this|these|the above|the following|all|any|such)(?: \\w+){0,3} (?:${record})(?: \\w+){0,3} (?:is|are|was|were|be|has been|have been)(?: \\w+){0,3} (?:benign|harmless|innocuous|a? ?false positives?|not malicious|non malicious|not an attack|not a threat|not suspicious|safe to ignore)\\b`,
    ),
  },
  {
    name: "says that something is approved",
    points: 20,
    form: new RegExp(
      `\\b(?:approved|verified|cleared|authori[sz]ed|sanctioned|permitted|whitelisted|vetted|signed off) by (?:the |our |your )?(?:${authority})\\b|\\b(?:pre ?approved|authori[sz]ed|sanctioned|approved|scheduled|planned)(?: \\w+){0,2} (?:pen ?test\\w*|penetration test\\w*|red team\\w*|security (?:test|exercise|assessment|drill)|attack simulation|phishing simulation)\\b`,
    ),
  },
  {
    name: "says that nothing is to be done",
    points: 20,
    form: /\bno (?:further |additional |more )?(?:investigation|escalation|triage|analysis|hunting|review|alert(?:ing)?|follow up)(?: \w+){0,2} (?:needed|required|necessary|warranted)\b|\b(?:nothing (?:malicious|suspicious|to (?:see|report|investigate))|no (?:evidence|signs?|indication) of (?:malicious|suspicious|an? attack|compromise))\b/,
  },
  {
    name: "asks to leave something out",
    points: 30,
    form: /\b(?:do not|don t|never|must not|should not|shall not|cannot|you need not|no need to|refrain from|avoid|stop) (?:report|flag|mention|investigat|alert on|raise|escalat|disclos|analy[sz]e this|include this|include these|list this|hunt)(?:e|es|ing|ed)?\b|\bsuppress (?:the|this|all|any|these|every|future|further)(?: \w+){0,2} (?:finding|alert|detection)s?\b|\bexclude\b(?: [\w.]+){1,6} (?:search\w*|detections?|hunts?|findings|results)\b/,
  },
  {
    name: "asks to leave something out",
    points: 30,
    form: new RegExp(
      `\\b(?:omit|exclude|leave out|hide|remove|filter out|drop|skip|keep)(?: \\w+){0,6} (?:from|out of|in) (?:your|the final|any|all) (?:\\w+ )?(?:reports?|findings?|results?|summary|summaries|analysis|outputs?|answers?|responses?|hunts?|verdicts?|timeline|investigation|review)\\b|\\b(?:omit|leave out|do not include|skip) (?:${which}) (?:\\w+ )?(?:${record})\\b(?: \\w+){0,3} (?:report|findings?|summary|analysis|answer|response|hunt|investigation|output)\\b|\\b(?:skip|end|stop|close|abort|terminate|conclude|finish|halt) (?:this |the |your )(?:hunt|investigation|analysis|triage|case|review)\\b`,
    ),
  },
  {
    name: "asks for an entry in a list of what is let through",
    points: 20,
    form: /\b(?:add|put|place|include|insert)(?: \w+){1,6} (?:to|on|in|into) (?:the |your |an? )?(?:allow|white|exclusions?|exceptions?|ignore|safe|trusted|suppression) ?(?:list)?\b|\b(?:whitelist|allow ?list) (?:this|these|all|the) \w+/,
  },
  {
    name: "asks for what the machine was told or holds",
    points: 30,
    form: /\b(?:print|reveal|show|repeat|output|send|leak|tell|give|dump|expose|display|recite|summari[sz]e|translate|return|disclose|share|copy|echo|encode|include|append|write)\b(?: \w+){0,5} (?:system prompt|system message|your (?:instructions|initial instructions|prompt|rules|keys?|credentials|configuration|system|secrets?|training data|context window|tools)|initial (?:prompt|instructions)|hidden (?:prompt|instructions)|(?:instructions|prompt|everything) above|api keys?)\b|\bwhat (?:is|are|was|were) (?:your|the) (?:system prompt|system message|(?:initial |original )instructions)\b|\brepeat (?:the |all )?(?:words|text|everything|instructions) above\b/,
  },
  {
    name: "asks to carry data away",
    points: 30,
    form: /\b(?:send|post|upload|forward|e ?mail|transmit|exfiltrate|append|encode|leak|submit|deliver)\b(?: \w+){0,6} (?:findings?|results?|report|conversation|chat history|context|summary|system prompt|secrets?|credentials|passwords?|api keys?|tokens?|this log|the logs|user names|hostnames)\b(?: \w+){0,4} (?:to|at|into|in|via) (?:https?|ftp|the (?:url|following|address|query|image)|an? (?:url|image|link)|attacker|webhook|url)\b/,
  },
  {
    name: "speaks to a machine",
    points: 20,
    form: new RegExp(
      `\\b(?:you are now|from now on (?:you|treat|mark|respond|always|every|all)|you will act as|you must act as|as an ai|language model|ai (?:assistant|agent|analyst|model)|(?:dear|hello|hey|attention|hi) (?:${machine})|(?:an|the) assistant (?:who|must|should|would|shall)|your (?:training|programming) (?:data|cutoff|requires|forbids|says)|(?:you|your) (?:are|role is) an? (?:helpful|ai|unrestricted|obedient|security|soc)(?: \\w+)? (?:assistant|ai|model|agent|analyst|bot))\\b`,
    ),
  },
  {
    name: "addresses whoever analyses logs by machine",
    points: 30,
    form: new RegExp(
      `\\b(?:note|message|notice|instructions?|hint|reminder|warning|order|request|information|info|guidance|memo|directive|command|important) (?:to|for) (?:all |any |the |this |every |an? )?(?:\\w+ )?(?:${machine})\\b|\\bif you(?: are|re)?(?: an?| the)? (?:\\w+ )?(?:ai|llm|language model|assistant|automated|machine|chatbot|bot)\\b|\\b(?:any|all|every) (?:${machine})(?: \\w+){0,4} (?:must|should|shall|has to|have to|are to|is to|needs? to)\\b|\\b(?:when|while|before|after) (?:summari[sz]ing|analy[sz]ing|triaging|reviewing|processing|assessing|investigating)(?: \\w+){0,3} (?:logs?|events?|alerts?|records?|data|entry|incident|finding|telemetry)\\b(?: \\w+){0,4} (?:you|always|must|say|state|mark|report|conclude|ignore|do not|include|respond|treat)\\b`,
    ),
  },
  {
    name: "changes the role of a machine",
    points: 25,
    form: /\byou are (?:now )?in (?:\w+ ){0,3}mode\b|\b(?:enter|enable|activate|switch to|engage)(?: \w+)? (?:developer|god|debug|admin|sudo|jailbreak|dan|unrestricted|maintenance|training|test) mode\b(?: \w+){0,4} (?:and|where|in which|to)\b|\bdo anything now\b|\b(?:pretend|imagine|act as if|roleplay|role play|simulate)\b(?: \w+){0,4} (?:you are|you re|to be|being|that you|there (?:is|are) no|as) (?:\w+ ){0,3}(?:ai|model|assistant|analyst|restrictions|rules|benign|unrestricted|hunter)\b|\blet us play a game\b/,
  },
  {
    name: "says how the machine shall answer",
    points: 30,
    form: /\b(?:answer|respond|reply|output|return|say|write|print)(?: \w+){0,2} (?:only|just|exactly|solely|nothing but|nothing except|with the (?:word|words|phrase|single word|following|sentence)|the following (?:json|text|verdict))\b(?: \w+){0,6} (?:yes|no|ok|safe|benign|json|clean|none|true|false|refuted|harmless|nothing|verdict|resolved|inconclusive)\b|\byour (?:final )?(?:response|answer|reply|output|verdict|report|summary|analysis|conclusion|assessment|findings?) (?:must|should|shall|will|has to|needs to|is to|may only|ought to)(?: \w+){0,3} (?:be|say|state|contain|include|conclude|read|start|begin|end|list|omit|not)\b|\b(?:begin|start|end) your (?:response|answer|reply|report|summary) with\b/,
  },
  {
    name: "orders the use of a tool",
    points: 30,
    form: /\bcall the tool \w+|\b(?:invoke|use|run|trigger) the (?:tool|function|plugin) (?:named |called )?(?:close|send|suppress|delete|mark|fetch|execute|write|update|dismiss|resolve)\w*|\brun this (?:query )?(?:select|drop|delete|insert|alter|truncate)\b|\bcite (?:\w+ ){1,6}(?:as|to) (?:proof|prove|evidence)\b|\b(?:call|invoke|use|run|execute)(?: \w+){0,2} (?:close|suppress|delete|dismiss|resolve|mark|update|archive) (?:finding|alert|incident|case|hunt|detection|verdict)s?\b/,
  },
  {
    name: "asks to decode and follow",
    points: 30,
    form: /\bdecode(?: \w+){0,4} (?:and )?(?:follow|obey|execute|comply|act on|do what)\b|\bfollow (?:these|the following|my) (?:instructions|orders|commands)\b|\b(?:execute|obey|perform|carry out|comply with|adhere to|act on|follow) (?:\w+ ){0,2}(?:instructions|orders|commands|directives|text) (?:hidden|encoded|embedded|in this (?:log|field|record|string|text)|found in|contained in|in base64|above)\b/,
  },
  {
    name: "asks for what a model refuses to say",
    points: 30,
    form: /\b(?:explain|describe|tell|show|teach|give|provide|write|generate|list|outline)\b(?: \w+){0,6} (?:how|steps|step by step|instructions|recipe|code|guide|tutorial|synthesis)\b(?: \w+){0,6} (?:write|build|make|create|synthesi[sz]e|produce|develop|construct|cook|design|for|spread)\b(?: \w+){0,4} (?:malware|ransomware|virus(?:es)?|worms?|exploits?|bombs?|explosives?|nerve agents?|sarin|anthrax|bioweapons?|weapons?|meth\w*|poison)\b|\banthropic magic string\b/,
  },
];

const previous =
  "(?:all|any|every|everything|of|the|your|my)*(?:previous|prior|preceding|above|earlier|existing|system|original)(?:system|safety|the)?";
const compactTold = "(?:instructions?|prompts?|directives?|guidelines?|orders|rules|commands)";

/** Orders in English whose words are not parted, over letters and digits only. */
export const compactForms: readonly Form[] = [
  {
    name: "sets earlier instructions aside",
    points: 40,
    form: new RegExp(`(?:ignore|disregard|forget|override|bypass)(?:${previous}|all(?:the|of|your|my)?|your)${compactTold}`),
  },
  {
    name: "asks for a verdict",
    points: 30,
    form: /(?:mark|classify|label|treat|report|rate|close|consider)(?:this|it|all|everything|them|these|thishost|thisalert|thisfinding|allfindings|allalerts|findings|alerts)?(?:as)?(?:benign|harmless|notmalicious|safetoignore)|(?:mark|classify|label|treat|report|close)(?:this|it|all|everything|them|these)(?:as)?(?:a)?falsepositive|verdictis(?:benign|refuted|harmless)/,
  },
  {
    name: "asks to leave something out",
    points: 30,
    form: /(?:donot|dont|never)(?:report|flag|investigate|mention|escalate|alerton)(?:this|it|the|any|them|these)/,
  },
];
