#include "print/words.hpp"

#include <array>

namespace salus::print {

namespace {

constexpr std::array<std::string_view, kLanguages> kTags{"ar", "zh", "en", "fr", "ru", "es"};

struct Row {
    Word word;
    std::array<std::string_view, kLanguages> text; // in the order of Language
};

// clang-format off
constexpr Row kWords[] = {
    {Word::vaccination, {"شهادة تطعيم", "疫苗接种证书", "Vaccination certificate", "Certificat de vaccination", "Сертификат о вакцинации", "Certificado de vacunación"}},
    {Word::test, {"شهادة اختبار", "检测证书", "Test certificate", "Certificat de test", "Сертификат о тестировании", "Certificado de prueba diagnóstica"}},
    {Word::recovery, {"شهادة تعافٍ", "康复证书", "Recovery certificate", "Certificat de rétablissement", "Сертификат о выздоровлении", "Certificado de recuperación"}},
    {Word::name, {"الاسم", "姓名", "Name", "Nom", "Имя", "Nombre"}},
    {Word::birth_date, {"تاريخ الميلاد", "出生日期", "Date of birth", "Date de naissance", "Дата рождения", "Fecha de nacimiento"}},
    {Word::disease, {"المرض", "疾病", "Disease", "Maladie", "Заболевание", "Enfermedad"}},
    {Word::vaccine, {"اللقاح", "疫苗", "Vaccine", "Vaccin", "Вакцина", "Vacuna"}},
    {Word::manufacturer, {"الشركة المصنّعة", "生产商", "Manufacturer", "Fabricant", "Производитель", "Fabricante"}},
    {Word::lot, {"رقم التشغيلة", "批号", "Lot number", "Numéro de lot", "Номер серии", "Número de lote"}},
    {Word::dose, {"الجرعة", "剂次", "Dose", "Dose", "Доза", "Dosis"}},
    {Word::date, {"تاريخ التطعيم", "接种日期", "Date of vaccination", "Date de vaccination", "Дата вакцинации", "Fecha de vacunación"}},
    {Word::test_type, {"نوع الاختبار", "检测类型", "Type of test", "Type de test", "Вид теста", "Tipo de prueba"}},
    {Word::test_name, {"اسم الاختبار", "检测名称", "Name of the test", "Nom du test", "Название теста", "Nombre de la prueba"}},
    {Word::result, {"النتيجة", "结果", "Result", "Résultat", "Результат", "Resultado"}},
    {Word::sample_date, {"تاريخ أخذ العينة", "采样日期", "Date of the sample", "Date du prélèvement", "Дата взятия пробы", "Fecha de la toma de muestra"}},
    {Word::first_positive, {"تاريخ أول اختبار إيجابي", "首次阳性检测日期", "First positive test", "Premier test positif", "Первый положительный тест", "Primera prueba positiva"}},
    {Word::performer, {"القائم بالتطعيم", "接种人员", "Given by", "Administré par", "Кем введена", "Administrada por"}},
    {Word::country, {"بلد التطعيم", "接种国家", "Country", "Pays", "Страна", "País"}},
    {Word::issued_by, {"جهة الإصدار", "签发机构", "Issued by", "Délivré par", "Кем выдан", "Emitido por"}},
    {Word::certificate_id, {"رقم الشهادة", "证书编号", "Certificate number", "Numéro du certificat", "Номер сертификата", "Número de certificado"}},
    {Word::issued, {"تاريخ الإصدار", "签发日期", "Issued on", "Délivré le", "Дата выдачи", "Fecha de emisión"}},
    {Word::expires, {"صالحة حتى", "有效期至", "Valid until", "Valable jusqu’au", "Действителен до", "Válido hasta"}},
    {Word::scan, {"امسح الرمز ضوئيًا للتحقق من هذه الشهادة.", "扫描二维码以验证本证书。", "Scan the code to verify this certificate.", "Scannez le code pour vérifier ce certificat.", "Отсканируйте код, чтобы проверить сертификат.", "Escanee el código para verificar este certificado."}},
    {Word::proof, {"الرمز الموقّع وحده هو الإثبات؛ والنص المطبوع نسخة منه للقراءة. قارن الاسم وتاريخ الميلاد بوثيقة سفر حاملها.", "仅签名二维码具有证明效力；印刷文字仅供阅读。请将姓名和出生日期与持证人的旅行证件核对。", "The signed code alone is the proof; the printed text is a copy for reading. Compare name and date of birth with the bearer’s travel document.", "Seul le code signé fait foi ; le texte imprimé en est une copie lisible. Comparez le nom et la date de naissance avec le document de voyage du porteur.", "Подтверждением служит только подписанный код; напечатанный текст — его читаемая копия. Сверьте имя и дату рождения с проездным документом предъявителя.", "Solo el código firmado es prueba; el texto impreso es una copia para leer. Compare el nombre y la fecha de nacimiento con el documento de viaje del portador."}},
    {Word::fold, {"قص على طول الحافة واطوِ عند الخط المتقطع", "沿边缘裁剪，沿虚线对折", "Cut along the edge, fold at the dashed line", "Découper le long du bord, plier sur le pointillé", "Вырежьте по краю, согните по пунктиру", "Recorte por el borde y doble por la línea discontinua"}},
    {Word::printed, {"تاريخ الطباعة", "打印日期", "Printed on", "Imprimé le", "Дата печати", "Fecha de impresión"}},
};
// clang-format on

} // namespace

std::span<const std::string_view> language_tags() {
    return kTags;
}

std::optional<Language> language_of(std::string_view tag) {
    const std::string_view head = tag.substr(0, tag.find_first_of("-_"));
    for (std::size_t i = 0; i < kLanguages; ++i) {
        const bool same =
            head.size() == 2 && (head[0] | 0x20) == kTags[i][0] && (head[1] | 0x20) == kTags[i][1];
        if (same) return static_cast<Language>(i);
    }
    return std::nullopt;
}

std::string_view tag_of(Language language) {
    return kTags[static_cast<std::size_t>(language)];
}

bool is_right_to_left(Language language) {
    return language == Language::arabic;
}

std::string_view say(Word word, Language language) {
    for (const Row& row : kWords) {
        if (row.word == word) return row.text[static_cast<std::size_t>(language)];
    }
    return {};
}

} // namespace salus::print
