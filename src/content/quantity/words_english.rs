//! Words of numbers and dates in English. `lexicon.rs` describes the format.

pub const ENGLISH: &str = "
m1 january
m2 february
m3 march
m4 april
m6 june
m7 july
m8 august
m9 september
m10 october
m11 november
m12 december
k1 jan
k2 feb
k3 mar
k4 apr
k5 may
k6 jun
k7 jul
k8 aug
k9 sep sept
k10 oct
k11 nov
k12 dec
m5 in_may since_may last_may early_may late_may until_may by_may of_may this_may mid-may next_may and_may from_may to_may
w1 monday mondays
w2 tuesday tuesdays
w3 wednesday wednesdays
w4 thursday thursdays
w5 friday fridays
w6 saturday saturdays
w7 sunday sundays
v1 mon
v2 tue tues
v3 wed
v4 thu thurs
v5 fri
v6 sat shabbat sabbath
v7 sun
x sunday_times sunday_telegraph sunday_express sunday_mirror black_friday good_friday super_tuesday ash_wednesday
x maundy_thursday palm_sunday easter_monday bloody_sunday cyber_monday black_monday black_wednesday giving_tuesday
x first_lady second_world first_world third_world third_party third_parties first_minister one_another no_one one_of
x five_eyes big_four seven_eleven each_one this_one that_one one's may_day hundreds_and thursday_island fat_tuesday
s1e2 hundred hundreds
s1e3 thousand thousands
s1e6 million millions mn mln
s1e9 billion billions bn bln
s1e12 trillion trillions tn trn
s1e5 lakh lakhs
s1e7 crore crores
s12 dozen dozens
n0 zero
n1 one
n2 two
n3 three
n4 four
n5 five
n6 six
n7 seven
n8 eight
n9 nine
n10 ten
n11 eleven
n12 twelve
n13 thirteen
n14 fourteen
n15 fifteen
n16 sixteen
n17 seventeen
n18 eighteen
n19 nineteen
n20 twenty
n30 thirty
n40 forty
n50 fifty
n60 sixty
n70 seventy
n80 eighty
n90 ninety
o1 first
o2 second
o3 third
o4 fourth
o5 fifth
o6 sixth
o7 seventh
o8 eighth
o9 ninth
o10 tenth
o11 eleventh
o12 twelfth
o13 thirteenth
o14 fourteenth
o15 fifteenth
o16 sixteenth
o17 seventeenth
o18 eighteenth
o19 nineteenth
o20 twentieth
o30 thirtieth
o40 fortieth
o50 fiftieth
o60 sixtieth
o70 seventieth
o80 eightieth
o90 ninetieth
o100 hundredth centennial centenary
q1 once single
q2 double doubled doubles doubling twice both pair couple duo twin twins twofold fortnight
q3 triple tripled trio threefold triplets
q4 quadruple quadrupled fourfold
q5 quintuple fivefold
q10 decade decades tenfold
q100 century centuries hundredfold
q20 score
f0.5 half halved halves halving
f0.333333333 thirds one-third
f0.666666667 two-thirds two_thirds
f0.25 quarter quarters
f0.75 three-quarters three_quarters
e1920 twenties
e1930 thirties
e1940 forties
e1950 fifties
e1960 sixties
e1970 seventies
e1980 eighties
e1990 nineties
p percent per_cent pct percentage_point percentage_points
a about around approximately some nearly almost over more_than less_than under roughly up_to at_least tens_of close_to
a or_so or_more or_less at_most estimated an_estimated exceeding just_over just_under above below upwards_of as_many_as plus
& and
t720 noon midday
t0 midnight
P p.m p.m. pm
A a.m a.m. am
H o'clock
u:deg degree degrees
u:km km kms kilometre kilometres kilometer kilometers
u:m metre metres meter meters
u:cm cm centimetre centimetres centimeter centimeters
u:mm mm millimetre millimetres millimeter millimeters
u:mi mile miles mph
u:ft foot feet ft
u:in inch inches
u:yd yard yards
u:nmi nautical_miles nautical_mile
u:m2 sqm square_metres square_meters square_metre square_meter
u:km2 sqkm square_kilometres square_kilometers square_kilometre square_kilometer
u:ha hectare hectares
u:ac acre acres
u:mi2 square_miles square_mile
u:ft2 square_feet square_foot
u:tsubo tsubo
u:dunam dunam dunams
u:kg kg kilo kilos kilogram kilograms kilogramme kilogrammes
u:g gram grams gramme grammes
u:t tonne tonnes ton tons
u:lb pound pounds lb lbs
u:oz ounce ounces oz
u:l litre litres liter liters
u:gal gallon gallons
u:bbl barrel barrels
u:C celsius degrees_celsius c degrees_centigrade
u:F fahrenheit degrees_fahrenheit f
u:mj megajoule megajoules mj
u:kwh kwh
u:$usd dollar dollars us_dollars us_dollar usd cents
u:$eur euro euros eur
u:$jpy yen jpy
u:$cny yuan renminbi cny
u:$gbp sterling gbp quid
u:$krw won krw
u:$inr rupee rupees
u:$rub rouble roubles ruble rubles
u:$ils shekel shekels
u:$thb baht
u:$vnd dong
u:$brl real reais
u:$try lira liras
u:$irr rial rials toman tomans
";
