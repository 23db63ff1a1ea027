//! Words of numbers and dates in Spanish, Italian and Portuguese. `lexicon.rs` describes the format.

pub const SPANISH: &str = "
m1 enero
m2 febrero
m3 marzo
m4 abril
m5 mayo
m6 junio
m7 julio
m8 agosto
m9 septiembre setiembre
m10 octubre
m11 noviembre
m12 diciembre
k1 ene
k2 feb
k4 abr
k8 ago
k9 sept
k10 oct
k11 nov
k12 dic
w1 lunes
w2 martes
w3 miércoles
w4 jueves
w5 viernes
w6 sábado sábados
w7 domingo domingos
x viernes_negro viernes_santo domingo_de_ramos santo_domingo plácido_domingo primer_ministro primera_ministra primera_dama
x plaza_de_mayo una_vez
s1e2 cien ciento cientos centenar centenares
s1e3 mil miles millar millares
s1e6 millón millones
s1e9 millardo millardos
s1e12 billón billones
n1 un una uno
n2 dos
n3 tres
n4 cuatro
n5 cinco
n6 seis
n7 siete
n8 ocho
n9 nueve
n10 diez
n11 once
n12 doce
n13 trece
n14 catorce
n15 quince
n16 dieciséis
n17 diecisiete
n18 dieciocho
n19 diecinueve
n20 veinte
n21 veintiuno veintiún veintiuna
n22 veintidós
n23 veintitrés
n24 veinticuatro
n25 veinticinco
n26 veintiséis
n27 veintisiete
n28 veintiocho
n29 veintinueve
n30 treinta
n40 cuarenta
n50 cincuenta
n60 sesenta
n70 setenta
n80 ochenta
n90 noventa
n200 doscientos doscientas
n300 trescientos trescientas
n400 cuatrocientos cuatrocientas
n500 quinientos quinientas
n600 seiscientos seiscientas
n700 setecientos setecientas
n800 ochocientos ochocientas
n900 novecientos novecientas
o1 primero primera primer
o2 segundo segunda
o3 tercero tercera tercer
o4 cuarto cuarta
o5 quinto quinta
o6 sexto sexta
o7 séptimo séptima
o8 octavo octava
o9 noveno novena
o10 décimo décima
q2 doble duplicó duplicado duplicar ambos ambas par gemelos quincena
q3 triple triplicó
q10 decena decenas década décadas
q12 docena docenas
q20 veintena
q30 treintena
q100 siglo
f0.5 mitad medio media
f0.333333333 tercio tercios
f0.25 cuarto
p por_ciento puntos_porcentuales
a unos unas cerca_de casi más_de alrededor_de aproximadamente menos_de hasta al_menos en_torno_a unas
& y
t720 mediodía
t0 medianoche
P p.m p.m. pm de_la_tarde de_la_noche
A a.m a.m. am de_la_mañana
H horas h
u:deg grado grados
u:km km kilómetro kilómetros
u:m m metro metros
u:cm cm centímetros centímetro
u:mm mm milímetros
u:mi milla millas
u:ft pie pies
u:in pulgada pulgadas
u:yd yarda yardas
u:m2 metros_cuadrados
u:km2 kilómetros_cuadrados
u:ha hectárea hectáreas
u:ac acre acres
u:kg kg kilo kilos kilogramo kilogramos
u:g gramo gramos
u:t tonelada toneladas
u:lb libra libras
u:oz onza onzas
u:l litro litros
u:gal galón galones
u:bbl barril barriles
u:C celsius grados_celsius centígrados grados_centígrados
u:F fahrenheit grados_fahrenheit
u:$usd dólar dólares
u:$eur euro euros
u:$jpy yen yenes
u:$cny yuan yuanes
u:$gbp esterlinas
u:$krw wones
u:$rub rublos
";

pub const ITALIAN: &str = "
m1 gennaio
m2 febbraio
m3 marzo
m4 aprile
m5 maggio
m6 giugno
m7 luglio
m8 agosto
m9 settembre
m10 ottobre
m11 novembre
m12 dicembre
k1 gen
k2 feb
k4 apr
k7 lug
k9 sett set
k10 ott
k11 nov
k12 dic
w1 lunedì
w2 martedì
w3 mercoledì
w4 giovedì
w5 venerdì
w6 sabato sabati
w7 domenica domeniche
x venerdì_nero venerdì_santo martedì_grasso primo_ministro prima_ministra
s1e2 cento centinaio centinaia
s1e3 mila mille migliaio migliaia
s1e6 milione milioni mln
s1e9 miliardo miliardi mld
s1e12 bilione bilioni
n2 due
n3 tre
n4 quattro
n5 cinque
n6 sei
n7 sette
n8 otto
n9 nove
n10 dieci
n11 undici
n12 dodici
n13 tredici
n14 quattordici
n15 quindici
n16 sedici
n17 diciassette
n18 diciotto
n19 diciannove
n20 venti
n30 trenta
n40 quaranta
n50 cinquanta
n60 sessanta
n70 settanta
n80 ottanta
n90 novanta
n200 duecento
n300 trecento
n400 quattrocento
n500 cinquecento
n600 seicento
n700 settecento
n800 ottocento
n900 novecento
n2000 duemila
n3000 tremila
n5000 cinquemila
n10000 diecimila
o1 primo prima
o2 secondo seconda
o3 terzo terza
o4 quarto quarta
o5 quinto quinta
o6 sesto sesta
o7 settimo settima
o8 ottavo ottava
o9 nono nona
o10 decimo decima
q2 doppio raddoppiato raddoppiare entrambi entrambe coppia paio gemelli
q3 triplo triplicato
q10 decina decine decennio decenni
q12 dozzina dozzine
q15 quindicina
q20 ventina ventennio
q30 trentina
q100 secolo
f0.5 metà mezzo mezza
f0.333333333 terzi
f0.25 quarti
p per_cento percento punti_percentuali
a circa quasi oltre più_di meno_di almeno fino_a intorno_a
& e
t720 mezzogiorno
t0 mezzanotte
H ore
u:deg grado gradi
u:km km chilometro chilometri
u:m m metro metri
u:cm cm centimetri
u:mm mm millimetri
u:mi miglio miglia
u:ft piedi
u:in pollice pollici
u:yd iarde yard
u:m2 metri_quadrati metri_quadri mq
u:km2 chilometri_quadrati
u:ha ettaro ettari
u:ac acri
u:kg kg chilo chili chilogrammi
u:g grammi
u:t tonnellata tonnellate
u:lb libbra libbre
u:oz oncia once
u:l litro litri
u:gal galloni
u:bbl barile barili
u:C celsius gradi_celsius
u:F fahrenheit gradi_fahrenheit
u:$usd dollaro dollari
u:$eur euro
u:$jpy yen
u:$cny yuan
u:$gbp sterline sterlina
u:$rub rubli
";

pub const PORTUGUESE: &str = "
m1 janeiro
m2 fevereiro
m3 março
m4 abril
m5 maio
m6 junho
m7 julho
m8 agosto
m9 setembro
m10 outubro
m11 novembro
m12 dezembro
k1 jan
k2 fev
k4 abr
k8 ago
k9 set
k10 out
k11 nov
k12 dez
w1 segunda-feira segundas-feiras na_segunda desta_segunda nesta_segunda
w2 terça-feira terças-feiras na_terça desta_terça nesta_terça
w3 quarta-feira quartas-feiras na_quarta desta_quarta nesta_quarta
w4 quinta-feira quintas-feiras na_quinta desta_quinta nesta_quinta
w5 sexta-feira sextas-feiras na_sexta desta_sexta nesta_sexta
w6 sábado sábados
w7 domingo domingos
x sexta-feira_santa na_segunda_guerra na_quarta_posição na_terça_gorda primeiro-ministro primeira-ministra primeira-dama
x na_segunda_metade na_segunda_vez na_quinta_posição na_segunda_fase na_quarta_fase na_segunda_volta
s1e2 cem cento centenas centena
s1e3 mil milhar milhares
s1e6 milhão milhões mi
s1e9 bilhão bilhões bi mil_milhões
s1e12 trilhão trilhões
n1 um uma
n2 dois duas
n3 três
n4 quatro
n5 cinco
n6 seis meia_dúzia
n7 sete
n8 oito
n9 nove
n10 dez
n11 onze
n12 doze
n13 treze
n14 quatorze catorze
n15 quinze
n16 dezesseis dezasseis
n17 dezessete dezassete
n18 dezoito
n19 dezenove dezanove
n20 vinte
n30 trinta
n40 quarenta
n50 cinquenta
n60 sessenta
n70 setenta
n80 oitenta
n90 noventa
n200 duzentos duzentas
n300 trezentos trezentas
n400 quatrocentos quatrocentas
n500 quinhentos quinhentas
n600 seiscentos seiscentas
n700 setecentos setecentas
n800 oitocentos oitocentas
n900 novecentos novecentas
o1 primeiro primeira
o2 segundo segunda
o3 terceiro terceira
o4 quarto quarta
o5 quinto quinta
o6 sexto sexta
o7 sétimo sétima
o8 oitavo oitava
o9 nono nona
o10 décimo décima
q2 dobro dobrou duplicou ambos ambas par gêmeos gémeos quinzena
q3 triplo triplicou
q10 dezena dezenas década décadas
q12 dúzia dúzias
q20 vintena
q100 século
f0.5 metade meio meia
f0.333333333 terço terços
p por_cento pontos_percentuais
a cerca_de quase mais_de aproximadamente menos_de até pelo_menos uns umas
& e
t720 meio-dia
t0 meia-noite
P da_tarde da_noite
A da_manhã
H horas h
u:deg grau graus
u:km km quilômetro quilômetros quilómetro quilómetros
u:m m metro metros
u:cm cm centímetros
u:mm mm milímetros
u:mi milha milhas
u:ft pé pés
u:in polegada polegadas
u:yd jarda jardas
u:m2 metros_quadrados
u:km2 quilômetros_quadrados quilómetros_quadrados
u:ha hectare hectares
u:ac acre acres
u:kg kg quilo quilos quilograma quilogramas
u:g grama gramas
u:t tonelada toneladas
u:lb libra libras
u:oz onça onças
u:l litro litros
u:gal galão galões
u:bbl barril barris
u:C celsius graus_celsius
u:F fahrenheit graus_fahrenheit
u:$usd dólar dólares
u:$eur euro euros
u:$brl real reais
u:$jpy iene ienes
u:$cny yuan yuans
u:$gbp esterlinas
";
