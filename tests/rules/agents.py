"""User agents as they are met: browsers of people's phones and desktops, and machines that open links."""

_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_IPAD = "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
_WEBVIEW = "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.6778.260 Mobile Safari/537.36"

PHONE_BROWSERS = (
    f"{_IPHONE} Version/18.3.1 Mobile/15E148 Safari/604.1",
    f"{_IPHONE} CriOS/131.0.6778.154 Mobile/15E148 Safari/604.1",
    f"{_IPHONE} FxiOS/133.0 Mobile/15E148 Safari/605.1.15",
    f"{_IPHONE} Version/18.0 EdgiOS/131.0.2903.92 Mobile/15E148 Safari/604.1",
    f"{_IPHONE} GSA/350.1.705303742 Mobile/15E148 Safari/604.1",
    f"{_IPHONE} Version/18.3 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15",
    f"{_IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/494.0.0.41.105;FBBV/677890000;FBDV/iPhone15,3;FBMD/iPhone;FBSN/iOS;"
    "FBSV/18.3.2;FBSS/3;FBID/phone;FBLC/sv_SE;FBOP/5;FBRV/0;IABMV/1]",
    f"{_IPHONE} Mobile/15E148 Instagram 361.0.0.35.82 (iPhone15,3; iOS 18_3_2; sv_SE; sv; scale=3.00; 1290x2796)",
    f"{_IPHONE} Mobile/15E148 Snapchat/13.24.0.41 (like Safari/8619.1.26.30.5, panda)",
    f"{_IPHONE} Mobile/15E148 musical_ly_38.0.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/sv",
    f"{_IPHONE} Mobile/15E148 LinkedInApp/9.30.1",
    f"{_IPHONE} Mobile/15E148 NAVER(inapp; search; 2000; 12.9.3; 15PRO)",
    f"{_IPHONE} Mobile/15E148 KAKAOTALK/25.1.0 (INAPP)",
    f"{_IPHONE} Mobile/15E148 MicroMessenger/8.0.55(0x18003731) NetType/WIFI Language/zh_CN",
    f"{_IPHONE} Version/18.3 YaBrowser/25.2.1 SA/3 Mobile/15E148 Safari/604.1",
    f"{_IPAD} Version/17.7 Mobile/15E148 Safari/604.1",
    f"{_IPAD} CriOS/131.0.6778.154 Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME} Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 "
    "Chrome/125.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 9; SM-T510) {_CHROME} Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP4A.250205.002; wv) {_WEBVIEW} "
    "[FB_IAB/FB4A;FBAV/497.0.0.53.109;IABMV/1;]",
    f"Mozilla/5.0 (Linux; Android 16; Pixel 10 Pro XL Build/CP1A.260305.018; wv) {_WEBVIEW} MetaIAB Facebook",
    f"Mozilla/5.0 (Linux; Android 14; SM-A546B Build/UP1A.231005.007; wv) {_WEBVIEW} Instagram 361.0.0.46.88 Android "
    "(34/14; 450dpi; 1080x2125; samsung; SM-A546B; a54x; s5e8835; sv_SE; 673256652)",
    f"Mozilla/5.0 (Linux; Android 13; M2101K6G Build/TKQ1.221013.002; wv) {_WEBVIEW} Snapchat/13.24.0.51",
    f"Mozilla/5.0 (Linux; U; Android 13; sv-se; 2201116SG) {_CHROME} Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.26.0",
    f"Mozilla/5.0 (Linux; Android 10; LYA-L29; HMSCore 6.14.0) {_CHROME} HuaweiBrowser/15.0.4.312 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 11; CUBOT X30) {_CHROME} Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) {_CHROME} Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 8.1.0; CUBOT) {_CHROME} Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME} Mobile Safari/537.36 OPR/86.0.0.0",
    f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME} Mobile Safari/537.36 EdgA/131.0.0.0",
    f"Mozilla/5.0 (Linux; Android 12; moto g(60)) {_CHROME} Mobile DuckDuckGo/5 Safari/537.36",
    f"Mozilla/5.0 (Linux; arm_64; Android 12; RMX3085) {_CHROME} YaApp_Android/24.12 YaSearchBrowser/24.12 BroPP/1.0 "
    "SA/3 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; U; Android 10; en-US; RMX2030) {_CHROME} UCBrowser/13.4.0.1306 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 11; KFTRWI) {_CHROME} Silk/131.3.1 like Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0",
    "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
    "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16",
    "Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; ARM; Touch; NOKIA; Lumia 920)",
)
DESKTOP_BROWSERS = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36 Edg/131.0.0.0",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36 OPR/116.0.0.0",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} YaBrowser/25.2.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 "
    "Safari/605.1.15",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_CHROME} Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0",
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_CHROME} Safari/537.36",
    "Mozilla/5.0 (compatible; Konqueror/4.5; FreeBSD) KHTML/4.5.4 (like Gecko)",
)
MACHINES = (
    f"{_IPHONE} Version/18.3.1 Mobile/15E148 Safari/604.1 shlink-potential-bot",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 "
    "Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "meta-externalagent/1.1",
    "WhatsApp/2.23.20.0 A",
    "WhatsApp/2.24.6.77 i",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; Google-PageRenderer Google) "
    "Chrome/131.0.0.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "Twitterbot/1.0",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Viber",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    "Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 14_7_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.1.2 "
    "Mobile/15E148 Safari/604.1 (compatible; AdsBot-Google-Mobile; +http://www.google.com/mobile/adsbot.html)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 "
    "Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Barracuda Sentinel (EE)",
    "Mimecast URL Protect",
    "Proofpoint URL Defense",
    "Zabbix",
    "python-requests/2.32.3",
    "Python-urllib/3.11",
    "python-httpx/0.28.1",
    "Python/3.11 aiohttp/3.9.1",
    "curl/8.7.1",
    "Wget/1.21.4",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
    "Apache-HttpClient/4.5.14 (Java/17.0.9)",
    "Java/17.0.9",
    "axios/1.7.9",
    "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "undici",
    "libwww-perl/6.77",
)
