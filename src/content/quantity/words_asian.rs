//! Words of numbers and dates in Korean, Hindi, Vietnamese, Thai and Turkish. `lexicon.rs` describes the format.

pub const KOREAN: &str = "
n1 한 하나
n2 두 둘
n3 세 셋
n4 네 넷
n5 다섯
n6 여섯
n7 일곱
n8 여덟
n9 아홉
n10 열
n11 열한
n12 열두
n13 열세
n15 열다섯
n20 스무 스물
n30 서른
n40 마흔
n50 쉰
n60 예순
n70 일흔
n80 여든
n90 아흔
o1 첫 첫째 첫번째
o2 두번째 둘째
o3 세번째 셋째
o4 네번째 넷째
q2 두배 쌍둥이
q10 수십
q100 수백
q1000 수천
q10000 수만
q100000000 수억
f0.5 절반 반
a 약 대략 거의 최소 최대 무려
";

pub const HINDI: &str = "
m1 जनवरी
m2 फरवरी फ़रवरी
m3 मार्च
m4 अप्रैल
m5 मई
m6 जून
m7 जुलाई
m8 अगस्त
m9 सितंबर सितम्बर
m10 अक्टूबर अक्तूबर
m11 नवंबर नवम्बर
m12 दिसंबर दिसम्बर
w1 सोमवार
w2 मंगलवार
w3 बुधवार
w4 गुरुवार बृहस्पतिवार वीरवार गुरूवार
w5 शुक्रवार
w6 शनिवार
w7 रविवार इतवार
x ब्लैक_फ्राइडे
s1e2 सौ सैकड़ों
s1e3 हजार हज़ार हजारों हज़ारों
s1e5 लाख लाखों
s1e6 मिलियन
s1e7 करोड़ करोड़ों
s1e9 अरब बिलियन अरबों
s1e11 खरब
s1e12 ट्रिलियन
n1 एक
n2 दो दोनों
n3 तीन तीनों
n4 चार चारों
n5 पांच पाँच
n6 छह छः छ
n7 सात
n8 आठ
n9 नौ
n10 दस
n11 ग्यारह
n12 बारह
n13 तेरह
n14 चौदह
n15 पंद्रह पन्द्रह
n16 सोलह
n17 सत्रह
n18 अठारह
n19 उन्नीस
n20 बीस
n21 इक्कीस
n22 बाईस
n23 तेईस
n24 चौबीस
n25 पच्चीस
n26 छब्बीस
n28 अट्ठाईस
n30 तीस
n35 पैंतीस
n40 चालीस
n45 पैंतालीस
n50 पचास
n60 साठ
n70 सत्तर
n75 पचहत्तर
n80 अस्सी
n90 नब्बे
o1 पहला पहली पहले
o2 दूसरा दूसरी दूसरे
o3 तीसरा तीसरी तीसरे
o4 चौथा चौथी चौथे
o5 पांचवां पांचवीं पांचवें
q2 दोगुना दोगुनी दोगुने जुड़वां
q3 तिगुना
q10 दशक दशकों दर्जनों
q12 दर्जन
q100 सदी शताब्दी
f0.5 आधा आधी आधे
f1.5 डेढ़
f2.5 ढाई
f0.333333333 तिहाई
f0.25 चौथाई
p प्रतिशत फीसदी फ़ीसदी प्रतिशत_अंक
a लगभग करीब क़रीब तकरीबन से_अधिक से_ज्यादा अधिक से_कम कम_से_कम
& और
t720 दोपहर
u:deg डिग्री
u:km किलोमीटर किमी कि.मी
u:m मीटर
u:cm सेंटीमीटर सेमी
u:mm मिलीमीटर मिमी
u:mi मील
u:ft फुट फीट
u:in इंच
u:yd गज यार्ड
u:m2 वर्ग_मीटर
u:km2 वर्ग_किलोमीटर
u:ha हेक्टेयर
u:ac एकड़
u:kg किलोग्राम किलो किग्रा
u:g ग्राम
u:t टन
u:lb पाउंड
u:l लीटर
u:gal गैलन
u:bbl बैरल
u:C सेल्सियस डिग्री_सेल्सियस
u:F फारेनहाइट फ़ारेनहाइट
u:$usd डॉलर
u:$eur यूरो
u:$inr रुपये रुपए रुपया रूपये
u:$jpy येन
u:$cny युआन
";

pub const VIETNAMESE: &str = "
w7 chủ_nhật
s1e2 trăm
s1e3 nghìn ngàn
s1e4 vạn
s1e6 triệu
s1e9 tỷ tỉ
n1 một
n2 hai
n3 ba
n4 bốn
n5 năm_người lăm
n6 sáu
n7 bảy bẩy
n8 tám
n9 chín
n10 mười
o1 thứ_nhất đầu_tiên
o2 thứ_hai
o3 thứ_ba
o4 thứ_tư
o5 thứ_năm
o6 thứ_sáu
o7 thứ_bảy
q2 gấp_đôi cặp cả_hai đôi
q10 thập_kỷ thập_niên hàng_chục
q12 tá
q100 thế_kỷ
f0.5 nửa một_nửa rưỡi
p phần_trăm điểm_phần_trăm
a khoảng gần hơn trên dưới xấp_xỉ ít_nhất chừng tối_đa
& và
t720 trưa
t0 nửa_đêm
P chiều tối giờ_chiều giờ_tối
A sáng giờ_sáng
H giờ h
u:deg độ
u:km km kilômét kilomet ki-lô-mét cây_số
u:m m mét
u:cm cm xentimét
u:mm mm milimét
u:mi dặm
u:ft bộ feet
u:in inch
u:yd yard thước
u:m2 mét_vuông m2
u:km2 kilômét_vuông km2
u:ha ha hecta héc-ta
u:ac mẫu_anh mẫu
u:kg kg kilôgam ki-lô-gam cân
u:g gam gram
u:t tấn
u:lb pound
u:l lít
u:gal gallon
u:bbl thùng
u:C độ_c
u:F độ_f
u:$usd đô_la đô usd
u:$eur euro
u:$vnd đồng
u:$jpy yên
u:$cny nhân_dân_tệ
";

pub const THAI: &str = "
m1 มกราคม
m2 กุมภาพันธ์
m3 มีนาคม
m4 เมษายน
m5 พฤษภาคม
m6 มิถุนายน
m7 กรกฎาคม
m8 สิงหาคม
m9 กันยายน
m10 ตุลาคม
m11 พฤศจิกายน
m12 ธันวาคม
w1 วันจันทร์ คืนจันทร์
w2 วันอังคาร
w3 วันพุธ
w4 วันพฤหัสบดี วันพฤหัส
w5 วันศุกร์
w6 วันเสาร์
w7 วันอาทิตย์
s1e2 ร้อย
s1e3 พัน
s1e4 หมื่น
s1e5 แสน
s1e6 ล้าน
s1e9 พันล้าน
s1e10 หมื่นล้าน
s1e11 แสนล้าน
s1e12 ล้านล้าน
n2 สองคน สองปี สองครั้ง สองวัน
n3 สามคน สามปี สามครั้ง
n4 สี่คน สี่ปี
n5 ห้าคน ห้าปี
n6 หกคน หกปี
n10 สิบคน สิบปี
n11 สิบเอ็ด
n12 สิบสอง
n15 สิบห้า
n20 ยี่สิบ
n30 สามสิบ
n40 สี่สิบ
n50 ห้าสิบ
n60 หกสิบ
n70 เจ็ดสิบ
n80 แปดสิบ
n90 เก้าสิบ
o1 ที่หนึ่ง
o2 ที่สอง
o3 ที่สาม
o4 ที่สี่
q2 สองเท่า ทั้งสอง ฝาแฝด
q10 ทศวรรษ หลายสิบ
q100 ศตวรรษ
f0.5 ครึ่ง
p เปอร์เซ็นต์ เปอร์เซนต์
a ประมาณ ราว เกือบ มากกว่า กว่า อย่างน้อย น้อยกว่า
t720 เที่ยงวัน
t0 เที่ยงคืน
u:deg องศา
u:km กิโลเมตร กม.
u:m เมตร
u:cm เซนติเมตร ซม.
u:mm มิลลิเมตร
u:mi ไมล์
u:ft ฟุต
u:in นิ้ว
u:yd หลา
u:m2 ตารางเมตร
u:km2 ตารางกิโลเมตร
u:ha เฮกตาร์
u:ac เอเคอร์
u:kg กิโลกรัม กก.
u:g กรัม
u:t ตัน
u:lb ปอนด์
u:l ลิตร
u:gal แกลลอน
u:bbl บาร์เรล
u:C องศาเซลเซียส
u:F องศาฟาเรนไฮต์
u:$usd ดอลลาร์
u:$eur ยูโร
u:$thb บาท
u:$jpy เยน
u:$cny หยวน
";

pub const TURKISH: &str = "
m1 ocak
m2 şubat
m3 mart martta
m4 nisan
m5 mayıs
m6 haziran
m7 temmuz
m8 ağustos
m9 eylül
m10 ekim ekimde
m11 kasım
m12 aralık
w1 pazartesi pazartesiye pazartesiden
w2 salı
w3 çarşamba çarşambaya
w4 perşembe perşembeye
w5 cuma cumaya cumadan
w6 cumartesi cumartesiye
w7 pazar_günü pazar_gecesi pazar_sabahı pazar_akşamı pazara_kadar
x kara_cuma
s1e2 yüz yüzlerce
s1e3 bin binlerce
s1e6 milyon milyonluk milyonu milyona milyondan milyonlarca milyonun
s1e9 milyar milyarlık milyarı milyara milyardan milyarlarca
s1e12 trilyon
n1 bir
n2 iki ikisi
n3 üç
n4 dört
n5 beş
n6 altı
n7 yedi
n8 sekiz
n9 dokuz
n10 on
n20 yirmi
n30 otuz
n40 kırk
n50 elli
n60 altmış
n70 yetmiş
n80 seksen
n90 doksan
o1 birinci ilk
o2 ikinci
o3 üçüncü
o4 dördüncü
o5 beşinci
o6 altıncı
o7 yedinci
o8 sekizinci
o9 dokuzuncu
o10 onuncu
q2 çift ikiz ikizler iki_katı iki_kat
q10 onlarca
q12 düzine
q100 yüzyıl asır
f0.5 yarım yarısı yarı buçuk
f0.25 çeyrek
p yüzde puan
a yaklaşık neredeyse civarında fazla aşkın az en_az kadar
t720 öğlen
t0 gece_yarısı
u:deg derece
u:km km kilometre kilometrelik
u:m m metre metrelik
u:cm cm santimetre santim
u:mm mm milimetre
u:mi mil
u:ft fit ayak
u:in inç
u:yd yarda
u:m2 metrekare
u:km2 kilometrekare
u:ha hektar
u:ac dönüm
u:kg kg kilogram kilo
u:g gram
u:t ton
u:lb pound
u:l litre
u:gal galon
u:bbl varil
u:C santigrat
u:F fahrenheit
u:$usd dolar
u:$eur avro euro
u:$try lira tl
u:$gbp sterlin
u:$jpy yen
";
