//! Names of countries in several languages. News is full of them, and each translates in one way.

use std::sync::OnceLock;

use super::terms::Finder;

/// For each language the forms of every country, always in the same order, separated by commas; a hyphen may be a
/// space. Forms are the starts of words where a language separates words. Adjectives and some capitals count as well.
const NAMES: [(&str, &str); 15] = [
    (
        "en",
        "u.s,united-states,america,usa,washington uk,britain,british,united-kingdom,london,england,english chin,beijing \
     japan,tokyo russia,moscow,kremlin south-korea,seoul north-korea,pyongyang ukrain,kyiv,kiev german,berlin \
     france,french,paris eu,european,europe,brussels ital,rome spain,spanish,madrid india,delhi iran,tehran \
     iraq,baghdad israel,jerusalem syria,damascus turk,ankara saudi,riyadh canad,ottawa australia,canberra brazil \
     mexic palestin,gaza taiwan,taipei pakistan afghan,kabul egypt,cairo vietnam,hanoi indonesia,jakarta \
     netherlands,dutch,holland belgi austria,vienna switzerland,swiss poland,polish,warsaw swed,stockholm \
     norway,norwegian,oslo denmark,danish,copenhagen finland,finnish,helsinki greece,greek,athens portug,lisbon \
     nigeria south-africa ethiopia new-zealand hong-kong singapore thai,bangkok philippine,manila malaysia \
     bangladesh myanmar,burm venezuela argentin chile colombia cuba",
    ),
    (
        "ja",
        "米国,アメリカ,米,ワシントン,合衆国 英国,イギリス,ロンドン,イングランド 中国,北京 日本,東京 ロシア,モスクワ \
     韓国,ソウル,韓 北朝鮮,平壌 ウクライナ,キーウ,キエフ ドイツ,ベルリン フランス,パリ 欧州,ヨーロッパ,eu,ブリュッセル \
     イタリア,ローマ スペイン,マドリード インド,デリー イラン,テヘラン イラク,バグダッド イスラエル,エルサレム シリア,ダマスカス \
     トルコ,アンカラ サウジ,リヤド カナダ,オタワ オーストラリア,豪 ブラジル メキシコ パレスチナ,ガザ 台湾,台北 パキスタン \
     アフガン,カブール エジプト,カイロ ベトナム,ハノイ インドネシア,ジャカルタ オランダ ベルギー オーストリア,ウィーン スイス \
     ポーランド,ワルシャワ スウェーデン ノルウェー デンマーク フィンランド ギリシャ,アテネ ポルトガル ナイジェリア 南アフリカ エチオピア \
     ニュージーランド 香港 シンガポール タイの,タイで,タイ政府,タイ人,バンコク フィリピン,マニラ マレーシア バングラデシュ ミャンマー ベネズエラ アルゼンチン \
     チリ コロンビア キューバ",
    ),
    (
        "zh",
        "美国,美國,华盛顿,華盛頓 英国,英國,伦敦,倫敦,英格兰,英格蘭 中国,中國,北京 日本,东京,東京 俄,莫斯科,克里姆林 \
     韩国,韓國,南韓,首尔,首爾 朝鲜,北韓,朝鮮,平壤 乌克兰,烏克蘭,基辅,基輔 德国,德國,柏林 法国,法國,巴黎 \
     欧盟,歐盟,欧洲,歐洲,布鲁塞尔,布魯塞爾 意大利,義大利,罗马,羅馬 西班牙,马德里,馬德里 印度,新德里 伊朗,德黑兰,德黑蘭 \
     伊拉克,巴格达,巴格達 以色列,耶路撒冷 叙利亚,敘利亞,大马士革,大馬士革 土耳其,安卡拉 沙特,沙烏地,利雅得 加拿大,渥太华,渥太華 \
     澳大利亚,澳大利亞,澳洲,堪培拉 巴西 墨西哥 巴勒斯坦,加沙,加薩 台湾,台灣,臺灣,台北,臺北 巴基斯坦 阿富汗,喀布尔,喀布爾 \
     埃及,开罗,開羅 越南,河内,河內 印度尼西亚,印尼,雅加达,雅加達 荷兰,荷蘭 比利时,比利時 奥地利,奧地利,维也纳,維也納 瑞士 \
     波兰,波蘭,华沙,華沙 瑞典,斯德哥尔摩,斯德哥爾摩 挪威 丹麦,丹麥 芬兰,芬蘭 希腊,希臘,雅典 葡萄牙 尼日利亚,奈及利亞 南非 \
     埃塞俄比亚,衣索比亞 新西兰,紐西蘭 香港 新加坡 泰国,泰國,曼谷 菲律宾,菲律賓,马尼拉,馬尼拉 马来西亚,馬來西亞 孟加拉 缅甸,緬甸 \
     委内瑞拉,委內瑞拉 阿根廷 智利 哥伦比亚,哥倫比亞 古巴",
    ),
    (
        "ko",
        "미국 영국,런던,잉글랜드 중국,베이징 일본,도쿄 러시아,모스크바,크렘린 한국,서울,남한 북한,평양 우크라이나,키이우,키예프 독일,베를린 \
     프랑스,파리 유럽,eu,브뤼셀 이탈리아,로마 스페인,마드리드 인도 이란의,이란이,이란과,테헤란 이라크,바그다드 이스라엘,예루살렘 시리아,다마스쿠스 \
     터키,튀르키예,앙카라 사우디,리야드 캐나다,오타와 호주,오스트레일리아,캔버라 브라질 멕시코 팔레스타인,가자지구 대만,타이완,타이베이 파키스탄 \
     아프가니스탄,아프간,카불 이집트,카이로 베트남,하노이 인도네시아,자카르타 네덜란드 벨기에 오스트리아,비엔나 스위스 폴란드,바르샤바 스웨덴 \
     노르웨이 덴마크 핀란드 그리스,아테네 포르투갈 나이지리아 남아프리카,남아공 에티오피아 뉴질랜드 홍콩 싱가포르 태국,방콕 필리핀,마닐라 \
     말레이시아 방글라데시 미얀마 베네수엘라 아르헨티나 칠레 콜롬비아 쿠바",
    ),
    (
        "ru",
        "сша,америк,соединенн,соединённ,вашингтон великобритан,британ,лондон,англи кита,пекин япон,токио росси,рф,москв,московск,кремл \
     южной-коре,южная-коре,южнокоре,сеул кндр,северной-коре,северная-коре,северокоре,пхеньян украин,киев герман,немецк,берлин \
     франц,париж ес,евро,брюссел итал,рим испан,мадрид индия,индии,индий,индию иран,тегеран ирак,багдад израил,иерусалим сири,дамаск турц,турецк,анкар \
     саудовск,эр-рияд канад,оттав австрали,канберр бразил мексик палестин,сектор-газ,секторе-газ тайван,тайбэ пакистан афган,кабул егип,каир \
     вьетнам,ханой индонези,джакарт нидерланд,голланд бельги австри,вен швейцар польш,польск,варшав швец,шведск норве дания,дании,датск \
     финлянд,финск грец,греческ,афин португал нигери юар,южной-африк,южно-африк эфиоп новой-зеланд,новая-зеланд,новозеланд гонконг \
     сингапур таиланд,тайск,бангкок филиппин,манил малайзи бангладеш мьянм венесуэл аргентин чили колумби куба,кубы,кубе,кубин",
    ),
    (
        "uk",
        "сша,америк,сполучен,вашингтон великобритан,велика-британ,великої-британ,британ,лондон,англі кита,пекін япон,токіо росі,рф,москв,московськ,кремл \
     південної-коре,південна-коре,південнокоре,сеул кндр,північної-коре,північна-коре,північнокоре,пхеньян украї,київ німе,берлін \
     франц,париж єс,євро,брюссел італ,рим іспан,мадрид інді іран,тегеран ірак,багдад ізраїл,єрусалим сирі,дамаск туреч,турец,анкар \
     саудівськ,ер-ріяд канад,оттав австралі,канберр бразил мексик палестин,сектор-газ,секторі-газ тайван,тайбе пакистан афган,кабул єгип,каїр \
     в'єтнам,ханой індонезі,джакарт нідерланд,голланд бельгі австрі,відн швейцар польщ,польськ,варшав швец,шведськ норве дані,данськ \
     фінлянд,фінськ грец,афін португал нігері пар,південної-африк ефіоп нової-зеланд,нова-зеланд гонконг сінгапур таїланд,бангкок \
     філіппін,маніл малайзі бангладеш м'янм венесуел аргентин чилі колумбі куба,куби,кубі,кубин",
    ),
    (
        "ar",
        "أمريك,أميرك,امريك,الولايات-المتحدة,واشنطن بريطاني,المملكة-المتحدة,لندن,إنجلترا الصين,صيني,بكين اليابان,ياباني,طوكيو \
     روسي,موسكو,الكرملين كوريا-الجنوبية,سيول كوريا-الشمالية,بيونغ أوكراني,كييف ألماني,برلين فرنس,باريس أوروب,الاتحاد-الأوروبي,بروكسل \
     إيطالي,روما إسباني,أسباني,مدريد الهند,نيودلهي إيران,ايران,طهران العراق,عراقي,بغداد إسرائيل,اسرائيل,القدس سوريا,سوري,دمشق \
     تركيا,التركي,أنقرة السعودي,سعودي,الرياض كندا,كندي,أوتاوا أستراليا,استراليا,أسترالي,كانبيرا البرازيل,برازيلي المكسيك,مكسيكي فلسطين,غزة \
     تايوان,تايبيه باكستان أفغانستان,أفغاني,كابول مصري,في-مصر,القاهرة فيتنام,هانوي إندونيسيا,جاكرتا هولند بلجيك النمسا,فيينا سويسر بولند,وارسو \
     السويد,سويدي النرويج الدنمارك فنلند اليونان,يوناني,أثينا البرتغال,برتغالي نيجيريا جنوب-أفريقيا,جنوب-إفريقيا إثيوبيا نيوزيلند \
     هونغ-كونغ,هونج-كونج سنغافورة تايلاند,بانكوك الفلبين,مانيلا ماليزيا بنغلاديش ميانمار فنزويلا الأرجنتين شيلي,تشيلي كولومبيا كوبا",
    ),
    (
        "he",
        "ארה\"ב,ארצות-הברית,אמריק,וושינגטון בריט,לונדון,אנגלי סין,סיני,בייג'ינג יפן,יפני,טוקיו רוסי,מוסקבה,קרמלין \
     דרום-קוריאה,דרום-קוריאנ,סיאול צפון-קוריאה,צפון-קוריאנ,פיונגיאנג אוקראינ,קייב גרמני,ברלין צרפת,פריז אירופ,בריסל איטלי,רומא ספרד,מדריד \
     בהודו,דלהי איראן,איראני,טהראן,טהרן עיראק,בגדד ישראל,ירושלים סורי,דמשק טורקי,תורכי,אנקרה סעוד,ריאד קנד,אוטווה אוסטרלי,קנברה ברזיל \
     מקסיק פלסטינ,עזה טייוואן,טאיפיי פקיסטן,פקיסטנ אפגניסטן,אפגני,קאבול מצרים,מצרי,קהיר וייטנאם,ויאטנם אינדונזי,ג'קרטה הולנד בלגי \
     אוסטרי,וינה שוויץ,שווייצ פולין,פולני,ורשה שוודי,שבדי נורווגי,נורבגי דנמרק,דנית פינלנד,פינית ביוון,יווני,אתונה פורטוגל ניגרי דרום-אפריק \
     אתיופי ניו-זילנד הונג-קונג סינגפור תאילנד,בנגקוק פיליפינ,מנילה מלזי בנגלדש מיאנמר ונצואל ארגנטינ צ'ילה קולומבי קובה",
    ),
    (
        "fr",
        "états-unis,etats-unis,améric,washington royaume-uni,britann,grande-bretagne,londres,angl chin,pékin japon,tokyo russ,moscou,kremlin \
     corée-du-sud,sud-coréen,séoul corée-du-nord,nord-coréen,pyongyang ukrain,kiev,kyiv allemand,allemagne,berlin france,français,paris \
     ue,europ,bruxelles itali,rome espagn,madrid inde,indien iran,téhéran irak,irak,bagdad israël,israél,jérusalem syrie,syrien,damas \
     turqu,turc,ankara saoud,riyad canad,ottawa austral,canberra brésil mexi palestin,gaza taïwan,taiwan,taipei pakistan afghan,kaboul \
     égypt,caire vietnam,viêt,hanoï indonés,jakarta pays-bas,néerland belg autrich,vienne suisse polon,pologn,varsovie suéd \
     norvég,norvèg danemark,danois finland grec,grèc,athènes portug nigéria,nigeria afrique-du-sud,sud-africain éthiop \
     nouvelle-zélande,néo-zéland hong-kong singap thaï,bangkok philippin,manille malais bangladesh birman,myanmar venez,vénéz argentin chili \
     colomb cuba,cubain",
    ),
    (
        "de",
        "usa,amerika,vereinigte-staaten,vereinigten-staaten,us,washington großbritan,brit,vereinigtes,vereinigten-königreich,london,engl \
     china,chines,peking japan,tokio russ,moskau,kreml südkorea,seoul nordkorea,pjöngjang ukrain,kiew deutsch,berlin frankreich,franz,paris \
     eu,europ,brüssel itali,rom spani,madrid indien,indisch iran,teheran irak,bagdad israel,jerusalem syri,damaskus türk,ankara saudi,riad \
     kanad,ottawa austral,canberra brasil mexik palästin,gaza taiwan,taipeh pakistan afghan,kabul ägypt,kairo vietnam,hanoi indones,jakarta \
     niederl,holländ,holland belgi österreich,wien schweiz polen,polni,warschau schwed,stockholm norweg dänemark,dänisch finnland,finnisch \
     griech,athen portug nigeria südafrik äthiop neuseel hongkong singapur thai,bangkok philippin,manila malays bangladesch myanmar \
     venezol,venezuela argentin chile kolumb kuba",
    ),
    (
        "es",
        "ee.-uu,ee.uu,eeuu,estados-unidos,estadounidens,american,américa,washington reino-unido,británic,bretaña,londres,ingl chin,pekín \
     japón,japon,tokio rusia,rus,moscú,kremlin corea-del-sur,surcorean,seúl corea-del-norte,norcorean,pyongyang ucrani,kiev aleman,alemán,berlín \
     francia,francés,frances,parís ue,europ,bruselas itali,roma españ,madrid india,indio irán,iran,teherán irak,iraq,bagdad israel,jerusalén siria,sirio,damasco \
     turqu,turc,ankara saudí,saudit,riad canad,ottawa austral,canberra brasil mexic,méxic palestin,gaza taiw,taipéi paquist,pakist \
     afgan,kabul egip,cairo vietnam,hanói indones,yakarta países-bajos,holand,neerland belg,bélgica austria,viena suiz polon,polac,varsovia \
     suec,estocolmo norueg danes,danés,dinamarca finland,finland greci,grieg,atenas portug nigeria sudáfrica,sudafric etiop,etíop \
     nueva-zeland,neozeland hong-kong singap tailand,bangkok filipin,manila malas bangladés,bangladesh birman,myanmar venez argentin chile \
     colomb cuba,cuban",
    ),
    (
        "hi",
        "अमेरिक,अमरीक,संयुक्त-राज्य,वाशिंगटन,वॉशिंगटन ब्रिटेन,ब्रिटिश,यूके,लंदन,इंग्लैंड चीन,बीजिंग जापान,टोक्यो रूस,मॉस्को,मास्को,क्रेमलिन \
     दक्षिण-कोरिया,सियोल उत्तर-कोरिया,प्योंगयांग यूक्रेन,कीव जर्मन,बर्लिन फ्रांस,फ़्रांस,पेरिस यूरोप,ब्रसेल्स इटली,इतालवी,रोम स्पेन,मैड्रिड \
     भारत,दिल्ली ईरान,तेहरान इराक,बगदाद इजराइल,इज़राइल,इज़रायल,यरूशलेम सीरिया,दमिश्क तुर्की,अंकारा सऊदी,रियाद कनाडा,ओटावा \
     ऑस्ट्रेलिया,कैनबरा ब्राजील,ब्राज़ील मेक्सिको,मैक्सिको फिलिस्तीन,फ़िलिस्तीन,गाजा ताइवान,ताइपे पाकिस्तान अफगानिस्तान,अफ़ग़ानिस्तान,काबुल \
     मिस्र,काहिरा वियतनाम,हनोई इंडोनेशिया,जकार्ता नीदरलैंड,डच बेल्जियम ऑस्ट्रिया,वियना स्विट्जरलैंड,स्विस पोलैंड,वारसॉ स्वीडन नॉर्वे डेनमार्क \
     फिनलैंड ग्रीस,यूनान,एथेंस पुर्तगाल नाइजीरिया दक्षिण-अफ्रीका,दक्षिण-अफ़्रीका इथियोपिया न्यूजीलैंड,न्यूज़ीलैंड हांगकांग,हॉन्ग-कॉन्ग \
     सिंगापुर थाईलैंड,थाई,बैंकॉक फिलीपींस,मनीला मलेशिया बांग्लादेश म्यांमार वेनेजुएला अर्जेंटीना चिली कोलंबिया क्यूबा",
    ),
    (
        "fa",
        "آمریکا,ایالات-متحده,امریکا,واشنگتن بریتانیا,انگلیس,انگلستان,لندن چین,پکن ژاپن,توکیو روسیه,مسکو,کرملین کره-جنوبی,سئول \
     کره-شمالی,پیونگ اوکراین,کی‌یف,کیف آلمان,برلین فرانسه,فرانسوی,پاریس اروپا,بروکسل ایتالیا اسپانیا,مادرید هندوستان,دهلی ایران,تهران \
     عراق,بغداد اسرائیل,اورشلیم سوریه,دمشق ترکیه,آنکارا عربستان,سعودی,ریاض کانادا,اتاوا استرالیا برزیل مکزیک فلسطین,غزه تایوان پاکستان \
     افغانستان,افغان,کابل مصری,قاهره ویتنام اندونزی,جاکارتا هلند بلژیک اتریش سوئیس لهستان,ورشو سوئد نروژ دانمارک فنلاند یونان,آتن \
     پرتغال نیجریه آفریقای-جنوبی اتیوپی نیوزیلند,نیوزلند هنگ-کنگ سنگاپور تایلند فیلیپین مالزی بنگلادش میانمار ونزوئلا آرژانتین شیلی \
     کلمبیا کوبا",
    ),
    (
        "it",
        "usa,stati-uniti,american,statunitens,washington regno-unito,britann,gran-bretagna,londra,ingles,inglese cina,cines,pechino giappon,tokyo \
     russ,mosca,cremlino corea-del-sud,sudcorean,seul corea-del-nord,nordcorean,pyongyang ucrain,kiev german,tedesc,berlino franc,parigi \
     ue,europ,bruxelles itali,roma spagn,madrid india,indian iran,teheran iraq,baghdad israel,gerusalemme siria,damasco turc,ankara \
     saudit,riad canad,ottawa austral,canberra brasil messic palestin,gaza taiwan,taipei pakist afghan,afgan,kabul egitt,egizi,cairo vietnam \
     indones,giacarta paesi-bass,oland belg austria,vienna svizzer polon,polacc,varsavia sved,stoccolma norveg danimarc,danes finland \
     grec,atene portog nigeria sudafric,sud-africa etiop nuova-zeland,neozeland hong-kong singapore thai,bangkok filippin,manila males,malays \
     bangladesh birman,myanmar venez argentin cile colomb cuba,cuban",
    ),
    (
        "pt",
        "eua,estados-unidos,american,américa,norte-american,washington reino-unido,britânic,bretanha,londres,ingl chin,china,pequim \
     japão,japon,tóquio rússia,russ,moscou,moscovo,kremlin coreia-do-sul,sul-corean,seul coreia-do-norte,norte-corean,pyongyang ucrân,ucran,kiev \
     alem,berlim franç,frances,francês,paris ue,europ,bruxelas itál,ital,roma espanh,madri índia,indian irã,iran,teerã iraqu,bagdá \
     israel,jerusalém síria,sírio,damasco turqu,turc,ancara saudit,riad canad,ottawa austrál,austral,camberra brasil,brasília méxic,mexic \
     palestin,gaza taiwan,taipé paquist afeg,cabul egito,egípc,cairo vietn,hanói indonés,jacarta holand,países-baixos belg,bélg \
     áustria,austríac,viena suíç poloń,polôn,polon,varsóvia suéc,suec norueg dinamarc finlând,finland gréc,greg,atenas portug nigéria,nigerian \
     áfrica-do-sul,sul-african etióp nova-zelând,neozeland hong-kong singap,cingap tailând,tailand,bangkok,banguecoque filipin,manila \
     malás bangladesh mianmar,birmân venez argentin chil colômb,colomb cuba,cuban",
    ),
];

/// Prepares the names of a language.
fn finder(names: &'static str) -> Finder {
    let countries = (0..).zip(names.split_ascii_whitespace());
    let forms = countries.flat_map(|(n, forms)| forms.split(',').map(move |form| (n, form.replace('-', " "))));
    let mut forms: Vec<(u32, String)> = forms.collect();
    // What is written with a hyphen is written without, too.
    let hyphens = names.split_ascii_whitespace().zip(0..).flat_map(|(forms, n)| forms.split(',').map(move |f| (n, f)));
    forms.extend(hyphens.filter(|(_, form)| form.contains('-')).map(|(n, form)| (n, form.to_owned())));
    Finder::new(forms.iter().map(|(n, form)| (*n, form.as_str())))
}

/// Returns the names of countries in a language, if the table has it. They are prepared when they are first needed.
pub fn names(tag: &str) -> Option<&'static Finder> {
    static FINDERS: [OnceLock<Finder>; NAMES.len()] = [const { OnceLock::new() }; NAMES.len()];
    let language = tag.split(['-', '_']).next().unwrap_or_default();
    let at = NAMES.iter().position(|(name, _)| name.eq_ignore_ascii_case(language))?;
    Some(FINDERS[at].get_or_init(|| finder(NAMES[at].1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The countries, in the order of each list.
    const COUNTRIES: &str = "us gb cn jp ru kr kp ua de fr eu it es in ir iq il sy tr sa ca au br mx ps tw pk af eg vn id \
                             nl be at ch pl se no dk fi gr pt ng za et nz hk sg th ph my bd mm ve ar cl co cu";

    #[test]
    fn every_language_names_every_country() {
        let countries = COUNTRIES.split_ascii_whitespace().count();
        for (lang, names) in NAMES {
            assert_eq!(names.split_ascii_whitespace().count(), countries, "{lang}");
        }
    }

    #[test]
    fn the_same_country_has_the_same_number() {
        let found = |lang: &str, text: &str| {
            let mut found = Vec::new();
            if let Some(finder) = names(lang) {
                finder.find(text, |n| found.push(n));
            }
            found.sort_unstable();
            found.dedup();
            found
        };
        let expected = found("en", "The British and the Mexicans met in Bangkok.");
        assert_eq!(expected.len(), 3);
        for (lang, text) in [
            ("ja", "英国とメキシコがタイで会談した"),
            ("zh-Hant", "英國和墨西哥在曼谷會面"),
            ("ko", "영국과 멕시코가 방콕에서 만났다"),
            ("ru", "Британцы и мексиканцы встретились в Бангкоке"),
            ("fr", "Les Britanniques et les Mexicains à Bangkok"),
            ("de", "Die Briten und die Mexikaner in Bangkok"),
        ] {
            assert_eq!(found(lang, text), expected, "{lang}");
        }
        assert!(names("tlh").is_none());
    }
}
