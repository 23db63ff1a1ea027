//! Words of numbers and dates in French. `lexicon.rs` describes the format.

pub const FRENCH: &str = "
m1 janvier
m2 février
m3 mars
m4 avril
m5 mai
m6 juin
m7 juillet
m8 août aout
m9 septembre
m10 octobre
m11 novembre
m12 décembre
k1 janv
k2 févr
k4 avr
k7 juil
k9 sept
k10 oct
k11 nov
k12 déc
w1 lundi lundis
w2 mardi mardis
w3 mercredi mercredis
w4 jeudi jeudis
w5 vendredi vendredis
w6 samedi samedis
w7 dimanche dimanches
x vendredi_noir mardi_gras vendredi_saint planète_mars sur_mars premier_ministre première_ministre première_dame
s1e2 cent cents centaine centaines
s1e3 mille millier milliers
s1e6 million millions
s1e9 milliard milliards md mds mrd
s1e12 billion billions
n1 un une
n2 deux
n3 trois
n4 quatre
n5 cinq
n6 six
n7 sept
n8 huit
n9 neuf
n10 dix
n11 onze
n12 douze
n13 treize
n14 quatorze
n15 quinze
n16 seize
n20 vingt
n30 trente
n40 quarante
n50 cinquante
n60 soixante
n80 quatre-vingt quatre-vingts
n70 septante soixante-dix
n90 nonante quatre-vingt-dix
o1 premier première
o2 deuxième second seconde
o3 troisième
o4 quatrième
o5 cinquième
o6 sixième
o7 septième
o8 huitième
o9 neuvième
o10 dixième
o12 douzième
o20 vingtième
q2 double doublé doubler jumeaux jumelles quinzaine
q3 triple triplé
q8 huitaine
q10 dizaine dizaines décennie décennies
q12 douzaine douzaines
q15 quinzaine
q20 vingtaine
q30 trentaine
q40 quarantaine
q50 cinquantaine
q100 siècle
f0.5 moitié demi demie demi-heure
f0.333333333 tiers
f0.25 quart
p pour_cent pourcent pour_cents points_de_pourcentage
a environ près_de plus_de presque moins_de quelque quelques jusqu'à au_moins autour_de au_moins un_peu_plus plus_d'un
& et
t720 midi
t0 minuit
H heures heure h
u:deg degré degrés
u:km km kilomètre kilomètres
u:m m mètre mètres
u:cm cm centimètre centimètres
u:mm mm millimètre millimètres
u:mi mile miles milles
u:ft pied pieds
u:in pouce pouces
u:yd yard yards
u:m2 m² mètres_carrés
u:km2 km² kilomètres_carrés
u:ha ha hectare hectares
u:ac acre acres
u:kg kg kilo kilos kilogramme kilogrammes
u:g gramme grammes
u:t tonne tonnes
u:lb livre livres
u:oz once onces
u:l litre litres
u:gal gallon gallons
u:bbl baril barils
u:C celsius degrés_celsius
u:F fahrenheit degrés_fahrenheit
u:mj mégajoules
u:$usd dollar dollars
u:$eur euro euros
u:$jpy yen yens
u:$cny yuan yuans
u:$gbp sterling
u:$krw won wons
u:$rub rouble roubles
";
