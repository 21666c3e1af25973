// Words that tell of nobody: programs, commands, options, protocols, kinds of files, words of vendors and of everyday business. Given
// names and family names that are also words (will, mark, rose, young, winter) are left out on purpose: a word that is missing here is
// shown as a token, a name that is here would be shown as it is.

const programs = `
  acrobat adfind agent apache appinstaller appvlp arp at atbroker attrib auditpol autohotkey autoit autorun bash bcdedit bginfo bitsadmin
  bloodhound browser busybox cacls calc calculator cdb certoc certreq certutil chmod chown chrome cipher cmd cmdkey cmdl32 cmstp cobalt
  comsvcs conhost consent control cron crontab cscript csc csrss curl cygwin dbghelp desktopimgdownldr devtoolslauncher diantz diskpart
  diskshadow dism dllhost dnscmd docker dotnet driverquery dsget dsquery dumpert dwm edge esentutl esxcli eventvwr excel expand explorer
  extexport extrac32 falcon filezilla findstr finger firefox fltmc forfiles ftp gcc git gpg gpresult gpscript gpupdate grep gzip hh
  hostname htop iexplore ieexec ilasm impacket infdefaultinstall installutil ipconfig iwr iex irm java javac javaw jsc kubectl lazagne lsass
  lsof makecab mavinject megacmd megasync metasploit meterpreter mftrace mimikatz mimidrv mmc mofcomp mpcmdrun msbuild msconfig msdt msedge
  msedgewebview2 mshta msiexec msmpeng mspub msra mstsc msxsl nbtstat nc ncat nessus netcat netscan netsh netstat nginx nltest nmap node
  notepad npm npx nslookup ntds ntdsutil ntoskrnl nxlog odbcconf officeclicktorun onedrive openssl outlook pandoc pcalua perl php ping pip
  pktmon plink pnputil powershell powerpnt pscp psexec psexesvc pwsh python python3 qprocess quser query rar rclone rdpclip reg regasm
  regedit regini regsvcs regsvr32 restic robocopy rpcping rsync rubeus rundll rundll32 runas runonce runtimebroker sc schtasks scp
  screenconnect scriptrunner secretsdump services setspn sftp sh sharphound shutdown smss socat spoolsv sppsvc sqlcmd sqldumper sqlservr
  squirrel ssh sshd su sudo svchost syncappvpublishingserver sysmon systemctl systemd systeminfo systemproperties tail takeown tar tasklist
  taskhost taskhostw taskkill taskmgr taskschd teams teamviewer telnet tor tracert traceroute tshark ttdinject tttracer umount uname vbc
  verclsid vim visio vmtoolsd vssadmin vssvc w32tm w3wp wbadmin wbemtest wecutil werfault wermgr wevtutil wget where whoami winget wininit
  winlogon winpeas winrar winrm winrs winscp winver winword wireshark wmic wmiprvse word workfolders wpr wscript wsl wsmprovhost wsreset wuauclt
  xcopy xwizard zip 7z 7za anydesk ammyy atera splashtop rustdesk ngrok chisel ligolo frp rudder psloggedon procdump processhacker sharpup seatbelt
  sliver havoc covenant empire crackmapexec netexec responder ntlmrelayx certify certipy petitpotam printnightmare zerologon eternalblue
  msedgeupdate googleupdate clientservice ccmsetup ccmexec gthr mssense sense sensecncproxy smartscreen searchindexer searchprotocolhost
  snippingtool quickassist fontcache fontdrvhost spooler trustedinstaller tiworker wsqmcons compattelrunner musnotification sihclient usoclient
  defrag cleanmgr chkdsk sfc slui lsm lsaiso ctfmon sihost rdrcef acrord32 acrocef cmmon32 presentationhost microsoftedgeupdate
`;

const commands = `
  action add all allow allowed alluser allusers any append apply arg args argument arguments array as assembly async attach auto automatic
  base64 basic basicparsing batch before begin bin binary bind bit bits body bool boolean brief buffer bypass byte bytes call cat catch cd cert
  certificate char child choice class clean clear cli client clip clone close cmdlet code combine command commands comment compare compress
  compressed computer config configure confirm connect console constant content contains continue convert copy count cp create current
  custom cut data date db debug decode decompress default del delete depth destination detail details diff dir directory disable disabled disk
  dispose dist dll do domain download downloaddata downloadfile downloadstring drive driver drop dump echo edit elevate else embedding empty
  enable enabled enc encode encoded encodedcommand encoding encrypt end entry enum env environment ep erase error event every exe exec execute
  executable execution executionpolicy exit expandstring export extend extension extract fail false feature fetch fetchall file filename files filter find
  first flag flush folder for force foreach format forward free from full fullname function gc gci get getobject global go group gwmi handle hash
  head headers help hex hidden hide history hkcu hklm hkey hkcr hku home host hour html http https id identity if ignore import in include index info init
  inject input insert inspect install installed instance int interactive interface interval invoke invokecommand io is item items iteration join
  jobs json keep key keys keyword kill kind l last launch left length level lib library like limit line lines link list listen live load loadlibrary
  local localgroup localhost localsystem location lock log logged login logoff logon logout logs ls machine main make manage map match mb md5 member
  members memory memorystream merge message meta method minidump minute minutes mkdir mode modify module modules monitor month more mount move mv
  name names net never new newline next no noexit nointeractive nologo none nonewwindow noninteractive nop noprofile not note ntfs null number object
  off offline ok old on once online only open operation option options or order os out output outfile overwrite owner p package parallel param parameter
  parent parse part pass passthru paste path paths pattern pause payload pid pipe plain point policy pool port post powerscript preference prefix print
  printf priority private privilege process processes product profile program programs project prompt property protocol proxy ps public pull push put
  pwd q qn quiet quit random range raw read readonly reboot receive record recurse recursive redirect ref reflection register regular release reload
  remote remotesigned remove rename repair repeat replace reply report request require reset resource resources response restart restore restrict
  result resume return reverse rm role roll root row rows rule rules run runkey runonlogon running save scan schedule scheduled scheduler schema scope
  screen script scriptblock search second seconds section security select self send server service session set setup shadow shadowcopy shadowcopies shadows share shares shell
  shellcode shellexecute show silent silently silentlycontinue since size skip sleep socket sort source space spawn sql src start started startup state
  statement static status stderr stdin stdout step stop storage store stream strict string strings stub style submit suspend switch switchparameter
  symlink sync system system32 syswow64 table tag target task tasks tcp tcpclient temp template temporary terminal test text then this thread time timeout timer
  title tmp to toggle token tool top total touch trace transfer true trust try type udp ui unblock uncompress undefined undo uninstall unique unknown
  unlock unpack unrestricted unset unzip update upgrade upload uploadfile uri url usage usebasicparsing user users using utf8 utf16 unicode v value values variable
  verb verbose verify version view virtual virtualalloc void volume wait warning watch web webclient webrequest while who width win32 window windowstyle
  winnt wmi wmiobject work working workspace wow64 write writealltext x x64 x86 xml xor yes zone win64 amd64 arm64 minor major
  a b c d e f g h i j k l m n o r s t u w y z
`;

const systems = `
  access account accounts activedirectory active activity ad adapter address administration administrator administrators admin admins
  adobe agent ajax alert alias amazon amsi analytics anaconda analysis android annotation anonymous answer antivirus api app appdata apple
  application applications appx apps arch archive arm asp assembly asset assignment assistant audio audit auth authentication authenticate authenticated authority
  authorization authorize autodiscover automation autorunsc availability aws azure backend background backup backups bad balance bandwidth
  bearer beacon benign bios blob block blocked bluetooth boot bootstrap bot box broker browse brute bucket bug build builtin bundle bus button bytecode c2 ca
  cache calendar calendars callback camera capability capture caption card cdn ceiling center central certificates cfg chain change changed changes
  channel chart chat check checked checksum chip chromium cisco cloud cluster codec collection com common communication community company compat
  compatible complete completed compliance component compose computers conditional conf configuration connected connection connections connectivity connector
  contact contacts container containers context controller controllers conversation cookie core correct corp count country cpu crash crashpad created
  creation credential credentials critical cross crowdstrike crypt crypto cryptography css csv cursor customer customers cybersecurity daemon dashboard
  database datetime day days dc dcom dcsync decrypt defender defense delay delegate delegated delegation delivered delivery delta demand denied deny
  dependency deploy deployment desktop desktops detect detected detection detections dev developer development device devicecode devices dhcp diagnostic diagnostics
  dialog digital disconnect discover discovery dispatch display dkim dlp dmarc dmp dns document documents dom domains domaincontroller down downlevel downloaded downloads draft dynamic ec2
  education effective egress element email emails emulator encrypted encryption endpoint endpoints engine enrollment enterprise entra entries entity enumerate enumeration eof
  errorcode errors escalate escalation essential ethernet evasion events exception exchange excluded exclude exclusion exfiltration expire expired expires explorer
  exploit exploitation exposed express extended extensions external fabric failed failure family fault favicon field fields filesystem
  finding fingerprint firewall firmware fix flow font fonts forest fork form forwarding found framework ftps fusion game gateway gb gecko general generic
  geo github gitlab google governance granted graph graphics greater groups guest gui guid handler hardware harddisk harddiskvolume header
  health heap hidden high hive hkeys hook hooks hosted hosting hosts hotfix hourly hp html5 hub hypervisor iam icmp icon identifier ids ie iis image images imap imds
  impersonation impersonate impossible inbound inbox incident incoming incorrect indicator infected inf infrastructure ini initial inline inside integration
  integrity intel internal internet intune invalid inventory ios ip ipad iphone ipsec ipv4 ipv6 iso issue issued issuer javascript job js junk junked kb kdc kerberos kerberoasting kerberoast
  kernel keyboard keychain keylogger keyring khtml kit known krb krbtgt kubernetes label lan language laps laptop laptops lateral latest layer layout ldap ldaps legacy legitimate
  libs license linux lnk loader loaded locale locked lockout logic lookup loop low lsa lua mac macos macro mail mailbox mailboxes mailitemsaccessed mails maintenance malicious
  malware managed management manager manual mapi mapping master media medium mem menu messages messaging metadata metrics mfa microsoft migration
  mime mirror missing mobile model modern modified monthly movement mozilla mp3 mpeg ms msdos mssql multi multifactor mutex mysql named namespace
  nat native negotiate netbios netlogon nets netsvcs network networks nist node nodejs noerror nonexistent notification notify ns nt ntlm ntlmv1 ntlmv2 nxdomain oauth oauth2 object365
  objects observed office office365 ole openid openssh operations operator orchestration organization origin osx outbound outgoing outlook365 owa owned packages packet
  page pages panel parser partial partition password passwords passwd patch payloads pdf peer pem pending performance perimeter permission permissions permit persist persistence persistent
  personal personalization phish phishing phone pim pki platform platforms player plugin policies pop3 popup portable portal ports postgres posture power powershellv2 predicate
  premium presentation prevent prevention preview previous primary principal principals printer printers private privileged privileges problem processor production products
  programdata programfiles progress proofpoint protect protected protection protocols provider providers provision proxies ptr publisher quarantine quarantined queries queue
  quota ransomware rate rc4 aes aes128 aes256 rdp rds reader realtime reason recent recipient recipients reconnaissance recover recovery recycle recyclebin refresh refused region registered
  registration registry regkey relay released remediated remediation removable removed renewal replica replication repo reporting repository requested requests required rescue
  resolution resolve resolver rest restricted results retention revoke revoked rights risk risky roaming roles rollback router routing rpc rsa rss rsat runner runtime
  s3 safari safe saml sam sample sandbox sas satisfied scanner scanning scenario score scripts sddl searched secure secret secrets securestring sender sensor sent
  sequence serial servers serviceprincipal services serving sessions setting settings setuid severity sha1 sha256 shared sharepoint sharing shellcodes shortcut sid sids siem sign signal signature signed
  signer signin signins signature simulation singlefactor site sites skype slack smart smb smb2 smb3 smtp snapshot snmp soap soc software solution spam spf spn spns spoof spray
  spyware ssl sso stack stage staging standard startups statistics statistic storageaccount strike strong structure subdomain subject subscription subsystem success succeeded successful sudoers suite
  suffix support suspected suspicious svc svn swap sys sysadmin syslog systems systemroot sysvol tablet tags tampered tampering tap telemetry tenant terminated tftp theme threat threats ticket tickets
  tgs tgt tls tokens tools tower traffic transaction translator transport trash travel trigger trojan troubleshoot trusted tunnel tunnelling tunneling txt typed uac ubuntu uefi unattended unauthorized
  unc undeliverable unexpected unfamiliar unit unix unsigned unusual updater updates uploads uploaded usb userinit username userdata userdomain userprofile userprincipalname utc utility validation valid validator vault
  vbs vba vendor verified verifier verification video viewer violation virus virtualization visual visualstudio vm vmware volumes vpn vss vulnerability vulnerable wallpaper wan warn webcam webdav webhook webkit applewebkit
  website webview welcome wifi wildcard windows winnt winsock wireless wizard workstation workstations worker workflow world worm wordpress wsman wsus xbox xlsx yaml yara youtube zero ztna
  windowspowershell windowsapps microsoftedge inetpub wwwroot users currentversion currentcontrolset localmachine systemprofile networkservice localservice desktop startmenu
  x509 gssapi ntlmssp negoex pku2u schannel kerb ua wow rv safari mobile tablet gecko cros edg opr presto trident msie
  wbem cimv2 root2 eventfilter eventconsumer activescripteventconsumer commandlineeventconsumer filtertoconsumerbinding wmiprvsd svcctl atsvc samr lsarpc drsuapi drsgetncchanges netlogonr epmapper
  winreg srvsvc wkssvc spoolss efsrpc eventlog ipc print sysvol netlogon admin$ c$ ipc$ print$
`;

const business = `
  about above accept accepted accountant accounting across after again against agenda agreement ahead almost already also always am among an and
  annual another answers approval approve approved are area around ask asked assistance attached attachment attachments attention attend attended available
  away back bank be because become been being below benefit benefits best better between bid board book both bring budget business but buy by came can cannot card case
  center chance chat checking clerk clicked clicker clicks clients closed colleague colleagues come comes coming compared conference confidential confirmation
  construction contract contracts cost costs could coverage credit customers daily deadline deal deals decline declined department departments design did different
  director discount discussion does doing done drafts drawing due during each early earlier easy either employee employees engineer engineering enough
  equipment even evening ever everyone everything example expected expense expenses explain expert external fact far fast feedback few fill final finance financial fine finish
  follow following form forms forward four friday further future gave general give given goes going good goods got great guide had half hand happen happened
  has have having he hello help helpdesk her here hers hi him his holiday holidays hour hours house how however hr human idea important improve
  increase information inquiry inside insurance interest internal into invite invited invitation invoice invoices it its itself january job just kept kind know knows
  large late later latest law lead leader learn least leave legal less let letter letters like little look looked looking looks lost lot low lunch made mailing main
  make makes making many market marketing matter me mean meeting meetings member might minutes monday money month months morning most much must my near need
  needed needs newsletter newsletters nice night no nobody north not nothing notice notices now number of offer offers officer often oh one ones onto open opened opinion
  opportunity order orders organisation other others our ours over overdue overview own paid paper part partner partners past pay payment payments payroll people per perhaps
  personnel phase picture place plan planned planner planning plans please plus position possible present pricing print prior problems procedure procurement progress
  project projects proposal protect provide purchase purchaser purpose quality quarter quarterly question questions quick quote quarter rather re ready really recent
  recruiter recruiting regards regarding related remember reminder remind reports representative required research reserve responded responsible results return review
  reviewed reviews right room safety said salaries salary sales same saturday saw say says schedule seal see seem seen senior sent september shall she ship shipment
  shipping should sick signature signed since six small so social some someone something sometimes soon sorry special specific staff standard start state stay still
  strategy such suggest suggestion summary sunday supplier suppliers support sure survey talk tax team teams tell ten than thank thanks that the their them themselves
  there these they thing things think third this those though three through thursday till times today together told tomorrow tonight too took topic toward train training
  travel trip tuesday turn two under until up upcoming updated upon urgent us use used useful user uses usual vacation various very via visit waiting want wanted
  wants was way we webinar wednesday week weekend weekly weeks well went were what when where whether which whole whom whose why wide with within without words working
  works would wrong year years yesterday yet you your yours yourself zone
  weather news sport sports music movie restaurant shop shopping store online internet lunch coffee
`;

const intelligence = `
  adversary alerted anomalous anomaly apt assume attack attacked attacker attacks aadinternals backdoor baseline beaconing benignly blacklist blackcat botnet breach bruteforce campaign cipher cobaltstrike
  collector command compromise compromised confidence corroborate coverage cradle credentialaccess cve deception defanged denylist detector dropper evade evidence exfil exfiltrate
  explanation false fileless forged forensic foothold generated golden gootloader hacker hacktool hijack hijacking honeypot hunting hypotheses hypothesis icedid implant indicators injection
  intruder intrusion investigate investigation ioc iocs isolated jitter killchain lockbit lolbin lolbins loader logons masquerade masquerading miner mitre mitigation module monitoring nefarious obfuscated
  obfuscation observation outlier peers period periodic pivot playbook positive precaution probable probe qakbot query rare ratio reconnaissance refuted rhythm sighting signin silver sinkhole
  skeleton spearphishing spearphish spike spread stealer stealth stolen story supported tactic tactics technique techniques theft threshold timeline toolkit triage true trickbot typosquat unusually verdict victim
  whitelist window workstation wiper webshell shells exploited exploits takeover hop hops rhythm calls called caller uploads bytes megabytes kilobytes gigabytes entropy subdomains
  queries answers lookups first seen last never before usual usually median average mean share percent times every minutes seconds hour device devices person people address addresses
  name names score severity informational low medium high critical finding findings priority evaluated evaluable sources
`;

// Words of Spoor's own sentences: titles and reasons of findings, hypotheses and hunts, which a model must be able to read.
const ownSentences = `
  somebody recorded entities throughout columns points blind spots reliability estate starts outside elsewhere reads targets
  runs interpreter tries records administrative stopped copies several failures exist followed answered counts signs places
  steady copied behind hides tried prompts fetches deleted loses everybody opens agents links reached mostly carry cleared
  writable added hardly anybody synchronisation appears condemned sends anything ordinary senders types received sensors taken
  owns written consents belongs installers children folders harmless keeps apart alone collected scanners lists shows alerts
  refusals recording zones judged forwards checks deviation intervals characters fails fetched collect afterwards stays acts
  theirs counted machines beside calling successes whoever hashes twice listed takes wrote reaches packed adds scans means
  labels histories belong built holds countries otherwise busiest gives habit alike strongest faster typically ignored
  telephone writes distribution gap narrowed slow scopes strange pauses fewest longer brought behaviour intruders tells journey
  instructions guessing brings feeds manages similar withdraw follows installation gateways dumps replicated replicate began
  everywhere interpreters leaving decoded nowhere loads stayed unseen catalogues carries bursts leaves bundles listing
  confirmed logging traits bypassing gets ending includes closely ends unlike fitted behave crawlers browsers equal lengths
  unrecognised listings deviations portions directly coordinates unmanaged instruction texts imitates confirms shape failing
  travels attempts filters installer renamed filled prompted raised carried guessed handful introduced claim condition deletes
  exercise destinations newer habits differs interactively repairs scanned executed libraries drivers updaters prevalence
  exclusions hardening trails clearing channels recognised computes agreed releases establish sensitive concerned rotate
  delegates owners deactivate replicates suffixes spawns interferes executes guesses unanswered folded fewer rejected cached
  accesses column regularity shortened clockwork shortest interruptions periods quartiles neighbouring tunnels polls handshakes
  population stability deviates rarely circular anyone describes dictionary utilities largest amount unencrypted kilometres
  databases distance refreshed rarer secured obeyed disregard ignore preceding marks broken mention suddenly inventories moved
  ambiguous streams activated absent repeatedly classification arranged pasted dialogue dumping credentials falls stated
  validity handover appeared description states ended learnt separate sprays succeeds enters passed conditions caught unpacks
  supposed sending resembles companies seems becomes placed forgotten dumped touches installing unlikely distributed activation
  consoles automate administer appearance occur copying methods relative begins forwarded preparing moving replaced destroyed
  shortly directions steadily recognise wrapped resolved managers packing receives campaigns tables covered restarted granting
  examined restored reading visited expressions highest scores concern weighs innocent unrelated removal revocation verdicts
  reasons heading collects succeed simulated rewrites rebuilt unnamed happens arrived combination repeats fetching loading
  interference entering shorter latitude longitude city journeys removes traces auditing laboratory stopping narrowing drops
  addition nearly misses certain grants redirecting hiding tenants moment timed thrown assignments eligible connects
  administered segment counting probes crawler likely leak planted installs audited readers estates severe missed absolute
  presence exactly steadiness rarity repeated prepares destroy numbers published archives headings distinct testable statements
  tested agrees witness row rows of spread sleep random check-ins check ins min max
`;

const sizes = "16 32 64 86 128 256 365 512 1024 2048 4096";

/** Words that may be shown wherever they stand, in lower case. */
export const vocabulary: ReadonlySet<string> = new Set(
  [programs, commands, systems, business, intelligence, ownSentences, sizes].flatMap((list) => list.trim().split(/\s+/)),
);
