//! Words of numbers and dates in German. `lexicon.rs` describes the format.

pub const GERMAN: &str = "
m1 januar jänner januars
m2 februar feber februars
m3 märz
m4 april
m5 mai
m6 juni
m7 juli
m8 august
m9 september
m10 oktober
m11 november
m12 dezember
k1 jan
k2 feb
k4 apr
k6 jun
k7 jul
k8 aug
k9 sep sept
k10 okt
k11 nov
k12 dez
w1 montag montags montagabend montagmorgen montagnachmittag montagnacht montagmittag montagvormittag
w2 dienstag dienstags dienstagabend dienstagmorgen dienstagnachmittag dienstagnacht dienstagmittag dienstagvormittag
w3 mittwoch mittwochs mittwochabend mittwochmorgen mittwochnachmittag mittwochnacht mittwochmittag mittwochvormittag
w4 donnerstag donnerstags donnerstagabend donnerstagmorgen donnerstagnachmittag donnerstagnacht donnerstagmittag
w5 freitag freitags freitagabend freitagmorgen freitagnachmittag freitagnacht freitagmittag freitagvormittag
w6 samstag samstags sonnabend samstagabend samstagmorgen samstagnachmittag samstagnacht samstagmittag
w7 sonntag sonntags sonntagabend sonntagmorgen sonntagnachmittag sonntagnacht sonntagmittag sonntagvormittag
x schwarzer_freitag grüner_donnerstag ersten_mal erste_mal zum_ersten zweiten_weltkrieg zweite_weltkrieg ersten_weltkrieg
s1e2 hundert
s1e3 tausend tsd
s1e6 million millionen mio
s1e9 milliarde milliarden mrd
s1e12 billion billionen bio
s12 dutzend
n2 zwei beide beiden zweien
n3 drei dreien
n4 vier
n5 fünf
n6 sechs
n7 sieben
n8 acht
n9 neun
n10 zehn
n11 elf
n12 zwölf
o1 erste ersten erster erstes erstmals
o2 zweite zweiten zweiter zweites
o3 dritte dritten dritter drittes
o4 vierte vierten vierter viertes
o5 fünfte fünften fünfter fünftes
o6 sechste sechsten sechster
o7 siebte siebten siebter
o8 achte achten achter
o9 neunte neunten neunter
o10 zehnte zehnten zehnter
q2 doppelt doppelte doppelten verdoppelt verdoppelte verdoppeln zweimal paar verdoppelung zwilling zwillinge
q1000 tausende tausenden
q12 dutzende dutzenden
q100 hunderte hunderten
q3 dreifach verdreifacht dreimal
q10 jahrzehnt jahrzehnte jahrzehnten
q100 jahrhundert
f0.5 hälfte halbe halber halben halbes halbiert
f1.5 anderthalb eineinhalb
f0.333333333 drittel
f0.25 viertel
f0.75 dreiviertel
p prozent prozentpunkte prozentpunkten prozentig prozentige prozentigen
a etwa rund fast über mehr_als knapp ungefähr circa ca unter bis_zu mindestens weniger_als annähernd gut beinahe
& und
t720 mittags
t0 mitternacht
H uhr
u:deg grad
u:km km kilometer kilometern
u:m meter metern m
u:cm cm zentimeter zentimetern
u:mm mm millimeter
u:mi meile meilen
u:ft fuß
u:in zoll
u:yd yard yards
u:m2 quadratmeter qm
u:km2 quadratkilometer quadratkilometern
u:ha hektar
u:ac acre acres
u:kg kg kilo kilogramm
u:g gramm
u:t tonne tonnen
u:lb pfund
u:oz unze unzen
u:l liter litern
u:gal gallone gallonen
u:bbl barrel
u:C celsius grad_celsius
u:F fahrenheit grad_fahrenheit
u:mj megajoule
u:kwh kwh kilowattstunden
u:$usd dollar dollars us-dollar usd
u:$eur euro euros
u:$jpy yen
u:$cny yuan
u:$gbp sterling
u:$krw won
u:$rub rubel
";
